// lib - checks that say what they checked, and waiting for what must come
let checks = 0;

export const KEY =
    '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

export function check(what, ok, seen) {
    checks++;
    if (ok)
        return;
    console.error(`FAIL  ${what}: ${JSON.stringify(seen)}`);
    process.exit(1);
}

export async function until(what, ask, ms = 10000) {
    const end = Date.now() + ms;
    for (;;) {
        const seen = await ask();
        if (seen) {
            checks++;
            return seen;
        }
        if (Date.now() > end)
            check(`within ${ms} ms: ${what}`, false, null);
        await new Promise((wake) => setTimeout(wake, 50));
    }
}

export async function markets(host) {
    const all = [];
    let cursor = '';
    do {
        const after = cursor ? `&after_cursor=${cursor}` : '';
        const page = await (await fetch(
            `${host}/markets/keyset?limit=100${after}`)).json();
        all.push(...page.markets);
        cursor = page.next_cursor;
    } while (cursor);
    return all;
}

// Its best prices leave room on both sides, and a tick is a cent.
export async function quiet(host, wanted) {
    for (const m of await markets(host)) {
        if (m.orderPriceMinTickSize !== 0.01 || !m.acceptingOrders ||
            m.version === 'v2' || !wanted(m))
            continue;
        const ids = JSON.parse(m.clobTokenIds);
        const book = await (await fetch(
            `${host}/book?token_id=${ids[0]}`)).json();
        const bid = Number(book.bids?.at(-1)?.price);
        const ask = Number(book.asks?.at(-1)?.price);
        if (bid >= 0.1 && ask <= 0.9)
            return { ...m, ids, bid, ask };
    }
    check('there is a market to trade in', false, null);
}

export function done(who) {
    console.log(`ok    ${who}: ${checks} checks`);
    process.exit(0);
}
