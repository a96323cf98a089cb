// clob_v2 - @polymarket/clob-client-v2, as it is, trades at the exchange
import {
    AssetType, ClobClient, OrderType, Side,
} from '@polymarket/clob-client-v2';
import { Wallet } from '@ethersproject/wallet';

import { KEY, check, done, markets, quiet, until } from './lib.mjs';

const host = process.argv[2];
const signer = new Wallet(KEY);
const at = { host, chain: 137, signer };
const anybody = new ClobClient(at);

check('ok', await anybody.getOk() === 'OK');
check('version', await anybody.getVersion() === 2);
const now = Math.floor(Date.now() / 1000);
check('time', Math.abs(await anybody.getServerTime() - now) <= 2);

// Keys.
const creds = await anybody.createOrDeriveApiKey();
check('a key', creds.key && creds.secret && creds.passphrase, creds);
const again = await anybody.deriveApiKey();
check('derived', JSON.stringify(again) === JSON.stringify(creds), again);
const client = new ClobClient({ ...at, creds });
const keys = await client.getApiKeys();
check('keys', keys.apiKeys.includes(creds.key), keys);
check('not closed', (await client.getClosedOnlyMode()).closed_only === false);
const thief = new ClobClient({
    ...at, creds: { ...creds, passphrase: 'x' },
});
const refused = await thief.getApiKeys();
check('another passphrase', refused.status === 401 &&
      refused.error === 'Unauthorized/Invalid api key', refused);

// Lists and books.
const m = await quiet(host, (x) => !x.negRisk && x.feesEnabled);
const n = await quiet(host, (x) => x.negRisk);
const [yes, no] = m.ids;
const books = await client.getOrderBooks([{ token_id: yes, side: Side.BUY },
                                          { token_id: no, side: Side.BUY }]);
check('two books', books.length === 2 && books[0].asset_id === yes, books);
const whole = await client.getOrderBook(yes);
const hash = whole.hash;
check('the client proves the book', await client.getOrderBookHash(whole) ===
      hash, hash);
check('tick', await client.getTickSize(yes) === '0.01');
check('no neg risk', await client.getNegRisk(yes) === false);
check('neg risk', await client.getNegRisk(n.ids[0]) === true);
const info = await client.getClobMarketInfo(m.conditionId);
check('market info', info.t[0].t === yes && info.fd.e === 1, info);

async function collateral() {
    const b = await client.getBalanceAllowance(
        { asset_type: AssetType.COLLATERAL });
    check('allowances', Object.keys(b.allowances).length >= 2, b);
    return Number(b.balance);
}
async function shares(id) {
    return Number((await client.getBalanceAllowance(
        { asset_type: AssetType.CONDITIONAL, token_id: id })).balance);
}
const rich = await collateral();

// A limit order rests, is found, and is cancelled.
const low = await client.createAndPostOrder(
    { tokenID: yes, price: 0.02, size: 10, side: Side.BUY }, undefined,
    OrderType.GTC);
check('rests', low.success && low.status === 'live', low);
const open = await client.getOrder(low.orderID);
check('found', open.status === 'ORDER_STATUS_LIVE' &&
      open.original_size === '10' && open.price === '0.02', open);
check('listed', (await client.getOpenOrders({ market: m.conditionId }))
      .some((o) => o.id === low.orderID));
const scoring = await client.isOrderScoring({ order_id: low.orderID });
check('scoring', scoring.scoring === true, scoring);
const cancelled = await client.cancelOrder({ orderID: low.orderID });
check('cancelled', cancelled.canceled[0] === low.orderID, cancelled);
const twice = await client.cancelOrder({ orderID: low.orderID });
check('not twice', low.orderID in twice.not_canceled, twice);

// Market orders, both sides; the client waits for the settlement's hash.
const bought = await client.createAndPostMarketOrder(
    { tokenID: yes, amount: 5, side: Side.BUY }, undefined, OrderType.FAK);
check('bought', bought.success && bought.status === 'matched', bought);
check('settled', bought.transactionsHashes[0]?.length === 66, bought);
const got = await until('shares', () => shares(yes));
check('as it said', got === Math.round(Number(bought.takingAmount) * 1e6),
      [got, bought]);
const sold = await client.createAndPostMarketOrder(
    { tokenID: yes, amount: Math.floor(got / 1e6), side: Side.SELL },
    undefined, OrderType.FOK);
check('sold', sold.success && sold.status === 'matched', sold);

// A limit order that takes, of NO, and of the neg-risk exchange.
const rounds = [[no, m], [n.ids[0], n]];
for (const [id, market] of rounds) {
    const book = await client.getOrderBook(id);
    const took = await client.createAndPostOrder(
        { tokenID: id, price: Number(book.asks.at(-1).price), size: 10,
          side: Side.BUY }, undefined, OrderType.GTC);
    check(`took in ${market.question}`, took.success &&
          took.status === 'matched', took);
}
const trades = await client.getTrades({ market: m.conditionId });
check('trades', trades.length >= 3 &&
      trades.every((t) => t.trader_side === 'TAKER' &&
                          t.maker_orders.length > 0), trades);
const one = await client.getTrades({ id: bought.tradeIDs[0] });
check('one trade', one.length === 1 && one[0].taker_order_id ===
      bought.orderID, one);
await until('confirmed', async () =>
    (await client.getTrades({ id: bought.tradeIDs[0] }))[0].status ===
        'TRADE_STATUS_CONFIRMED');
check('fees and prices were paid', await collateral() < rich);

// A batch; a dated order; a post-only one that crosses; version 3.
const args = [];
for (const price of [0.01, 0.02, 0.03])
    args.push({
        order: await client.createOrder(
            { tokenID: yes, price, size: 20, side: Side.BUY }),
        orderType: OrderType.GTC,
    });
args.push({
    order: await client.createOrder({
        tokenID: yes, price: 0.04, size: 20, side: Side.BUY,
        expiration: now + 600,
    }),
    orderType: OrderType.GTD,
});
const batch = await client.postOrders(args);
check('batch', batch.length === 4 &&
      batch.every((r) => r.success && r.status === 'live'), batch);
const crossing = await client.postOrder(await client.createOrder(
    { tokenID: yes, price: 0.95, size: 20, side: Side.BUY }), OrderType.GTC,
    true);
check('post-only', crossing.status === 400 && crossing.error ===
      'invalid post-only order: order crosses book', crossing);
const some = await client.cancelOrders([batch[0].orderID, batch[1].orderID]);
check('two cancelled', some.canceled.length === 2, some);
const market = await client.cancelMarketOrders({ market: m.conditionId });
check('market cancelled', market.canceled.length === 2, market);
const v3 = (await markets(host)).find((x) => x.version === 'v2');
const position = v3.positionIds[0];
const newer = await client.postOrder(await client.createOrder(
    { tokenID: position, price: 0.03, size: 20, side: Side.BUY },
    { version: 3 }), OrderType.GTC);
check('version 3', newer.success && newer.status === 'live', newer);
const older = await client.postOrder(await client.createOrder(
    { tokenID: position, price: 0.03, size: 20, side: Side.BUY },
    { version: 2 }), OrderType.GTC);
check('version 2 there', older.error === 'order_version_mismatch', older);
// Wallet contracts: proxy, safe, deposit wallet.
const wallets = [null, '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
                 '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
                 '0x90F79bf6EB2c4f870365E785982E1f101E93b906'];
for (const type of [1, 2, 3]) {
    const there = new ClobClient({ ...at, creds, signatureType: type,
                                   funderAddress: wallets[type] });
    for (const id of [yes, n.ids[0]]) {
        const rests = await there.createAndPostOrder(
            { tokenID: id, price: 0.02, size: 10, side: Side.BUY });
        check(`wallet of type ${type}`, rests.success &&
              rests.status === 'live', rests);
    }
    const b = await there.getBalanceAllowance(
        { asset_type: AssetType.COLLATERAL });
    check('its money', b.balance === '100000000', b);
}
const stranger = new ClobClient({ ...at, creds, signatureType: 2,
                                  funderAddress: wallets[1] });
const strange = await stranger.createAndPostOrder(
    { tokenID: yes, price: 0.02, size: 10, side: Side.BUY });
check('not that type', strange.error === 'maker address not allowed',
      strange);

const killed = await client.postOrder(await client.createOrder(
    { tokenID: yes, price: 0.01, size: 200, side: Side.BUY }),
    OrderType.FOK);
check('killed', killed.status === 400 &&
      killed.error.startsWith("order couldn't be fully filled"), killed);
const all = await client.cancelAll();
check('all cancelled', all.canceled.includes(newer.orderID), all);
check('nothing open', (await client.getOpenOrders()).length === 0);

// Heartbeats name each other.
const beat = await client.postHeartbeat('');
check('beat', beat.heartbeat_id.length === 36, beat);
const next = await client.postHeartbeat(beat.heartbeat_id);
check('next beat', next.heartbeat_id !== beat.heartbeat_id, next);
const wrong = await client.postHeartbeat(beat.heartbeat_id);
check('old beat', JSON.stringify(wrong).includes('Invalid Heartbeat ID'),
      wrong);

// The key ends.
check('key deleted', await client.deleteApiKey() === 'OK');
check('and gone', (await client.getApiKeys()).status === 401);
done('@polymarket/clob-client-v2');
