// convert - plays of NO that becomes dollars and YES of the other questions, with
// balances recorded of the production adapter's code for a yardstick
import { readFileSync } from "node:fs";
import { insist, word } from "./lib.mjs";

const M = 1000000n;
const BURN = "0xa5Ef39C3D3e10d0B270233af41CaC69796B12966";
const recorded = JSON.parse(readFileSync(new URL("chain_flows.json",
    import.meta.url), "utf8")).negRisk;

// s: what run.mjs has there at the moment.
export function conversions(s) {
    let events = 0;

    const prepare = async (id, more, bips) => s.node.send(s.maker, s.questions,
        (await selector("prepare(bytes32,uint256,uint256)")) + id.slice(2) +
        word(more) + word(bips));
    const selector = async (text) => (await s.node.ask("web3_sha3", "0x" +
        Buffer.from(text).toString("hex"))).slice(0, 10);

    async function newEvent(count, bips) {
        const id = "0x" + word(BigInt(++events) << 8n);
        const e = { id, questions: [],
            made: (qty) => qty - qty * BigInt(bips) / 10000n };
        await prepare(id, count, bips);
        for (let i = 0; i < count; i++) {
            const question = word(BigInt(id) | BigInt(i));
            const position = (yes) => s.node.number(s.questions,
                "0x752b5ba5" + question + word(yes));
            e.questions.push({
                condition: await s.node.call(s.questions, "0x04329c03" + question),
                yes: await position(1), no: await position(0),
            });
        }
        return e;
    }

    // Dollars, then YES and NO of each question.
    async function held(e, who = s.holder) {
        const token = (id) => s.node.number(s.sets, "0x00fdd58e" + word(who) +
            word(id));
        const h = [await s.node.number(s.dollar, "0x70a08231" + word(who))];
        for (const q of e.questions)
            h.push(await token(q.yes), await token(q.no));
        return h;
    }

    async function moved(e, before, want, words, who) {
        const now = await held(e, who);
        for (let i = 0; i < now.length; i++)
            insist(now[i] - before[i] === want[i], `${words}: ${i} moved by ${
                now[i] - before[i]}, not ${want[i]}`);
    }

    const meant = (e, gone, qty) => {
        const k = e.questions.filter((_, i) => gone >> i & 1).length;
        return [BigInt(k - 1) * e.made(qty), ...e.questions.flatMap((_, i) =>
            gone >> i & 1 ? [0n, -qty] : [e.made(qty), 0n])];
    };
    const backs = (e, qty) => s.turn(BigInt(e.questions.length - 1) * qty);

    // An event with so much of each set held.
    async function withSets(count, bips, qty) {
        const e = await newEvent(count, bips);
        for (const q of e.questions) {
            const done = await s.player.do("split", s.newRef(), q, qty);
            insist(done.end === "answered", `split: ${done.words}`);
        }
        return e;
    }

    async function converts(e, gone, qty, ref = s.newRef()) {
        const done = await s.player.convert(ref, e, gone, qty).wait();
        insist(done.end === "answered", `convert: ${done.end} ${done.words}`);
        return done;
    }

    // Its balances as they stand in the recording, as differences.
    const told = (step, who) => [BigInt(step[who].usd), ...step[who].yes
        .flatMap((yes, i) => [BigInt(yes), BigInt(step[who].no[i])])];
    const less = (a, b) => a.map((x, i) => x - b[i]);

    async function cut(words, meanwhile, after) {
        const e = await withSets(3, 0, 10n * M), ref = s.newRef();
        const before = await held(e), from = s.player.signed().length;
        await meanwhile();
        s.player.convert(ref, e, 3, 4n * M);
        await s.player.until(() => s.player.signed().length > from, "not signed");
        const { tx } = s.player.signed()[from];
        await after(tx);
        const done = await converts(e, 3, 4n * M, ref);
        insist(done.evidence === tx, `${words}: another transaction`);
        insist(s.player.signed().length === 0, `${words}: signed anew`);
        backs(e, 4n * M);
        await moved(e, before, meant(e, 3, 4n * M), words);
    }

    const roads = (mode, of = "eth_sendRawTransaction") => {
        s.road.mode = s.other.mode = mode;
        s.road.of = s.other.of = of;
    };

    return {
        async "NO becomes dollars and YES, as it was recorded"() {
            for (const r of recorded) {
                const steps = r.flow.filter((f) => /^(split|convert)/.test(f.name));
                const e = await withSets(r.questionCount, r.feeBips, 50n * M);
                for (let i = 1; i < steps.length; i++) {
                    const gone = parseInt(steps[i].indexSet.slice(2), 2);
                    const qty = BigInt(steps[i].amount);
                    const whose = { trader: s.holder, vault: s.VAULT, burn: BURN };
                    const before = {};
                    for (const [who, at] of Object.entries(whose))
                        before[who] = await held(e, at);
                    await converts(e, gone, qty);
                    backs(e, qty);
                    for (const [who, at] of Object.entries(whose))
                        await moved(e, before[who], less(told(steps[i], who),
                            told(steps[i - 1], who)),
                            `${r.feeBips} bips, step ${i}, ${who}`, at);
                }
            }
        },

        async "what is converted is what the chain says it is"() {
            const e = await withSets(3, 0, 10n * M), before = await held(e);
            const signed = s.player.signed().length;
            const no = async (event, gone, qty, end, words) => {
                const done = await s.player.convert(s.newRef(), event, gone, qty)
                    .wait();
                insist(done.end === end && done.words.includes(words),
                    `${done.end} ${done.words}`);
            };
            await no({ ...e, questions: [e.questions[1], e.questions[0],
                e.questions[2]] }, 3, M, "not_sent", "not this event's");
            await no({ ...e, made: (qty) => qty - 1n }, 3, M, "not_sent", "c_fee");
            await no(e, 3, 11n * M, "refused", "SafeMath");
            await prepare(e.id, 1, 0);
            await no(e, 3, M, "not_sent", "other questions by now");
            insist(s.player.signed().length === signed, "something was signed");
            await moved(e, before, before.map(() => 0n), "nothing");
        },

        async "under a kill NO is converted all the same"() {
            const e = await withSets(3, 0, 10n * M), before = await held(e);
            s.player.say("latch");
            await converts(e, 7, 10n * M);
            s.player.say("unlatch");
            backs(e, 10n * M);
            await moved(e, before, meant(e, 7, 10n * M), "all of it");
        },

        async "a conversion killed with bytes out"() {
            await cut("bytes out", s.stopMining, async (tx) => {
                await s.player.until(() => s.pending(tx), "not with the node");
                await s.player.kill();
                await s.node.ask("anvil_dropTransaction", tx);
                await s.player.start();
                await s.player.until(() => s.pending(tx), "not sent again");
                s.player.facts = [];
                await s.mineAgain();
            });
        },

        async "a conversion killed between fact and sending"() {
            await cut("not sent", () => roads("drop"), async (tx) => {
                await s.player.kill();
                insist(!(await s.node.ask("eth_getTransactionByHash", tx)),
                    "it got there");
                roads("good");
                await s.player.start();
            });
        },

        async "a conversion killed after it was taken in"() {
            await cut("taken in", () => roads("lose",
                "eth_getTransactionReceipt"), async (tx) => {
                await s.player.until(() => s.node.ask(
                    "eth_getTransactionReceipt", tx), "not mined");
                await s.player.kill();
                roads("good");
                await s.player.start();
            });
        },
    };
}
