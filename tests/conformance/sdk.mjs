// sdk - @polymarket/client, as it is; it reads every answer by a schema
import {
    createPublicClient, createSecureClient, forkEnvironmentConfig,
} from '@polymarket/client';
import { privateKey } from '@polymarket/client/viem';
import { privateKeyToAddress } from 'viem/accounts';

import { KEY, check, done, quiet, until } from './lib.mjs';

const host = process.argv[2];
const ws = host.replace('http', 'ws');
const environment = forkEnvironmentConfig({
    name: 'simex',
    clob: {
        rest: host, market: { ws: `${ws}/ws/market` },
        user: { ws: `${ws}/ws/user` },
    },
    gamma: { rest: host }, data: { rest: host }, relayer: { rest: host },
});

// Both channels of the websocket; what does not fit its schema is skipped
// there, so what comes is right.
function hear(handle, heard) {
    (async () => {
        for await (const event of handle)
            heard.push(event);
    })();
}

const anybody = createPublicClient({ environment });
const m = await quiet(host, (x) => !x.negRisk && x.feesEnabled);
const [yes] = m.ids;
let listed = 0;
for await (const page of anybody.listMarkets({ closed: false,
                                               pageSize: 50 }))
    listed += page.items.length;
check('markets', listed > 100, listed);
const book = await anybody.fetchOrderBook({ tokenId: yes });
check('book', book.bids.length > 0 && book.asks.length > 0, book);

const client = await createSecureClient({
    environment, signer: privateKey(KEY), wallet: privateKeyToAddress(KEY),
});
const onMarket = [], onUser = [];
const marketHandle = await anybody.subscribe(
    [{ topic: 'market', tokenIds: m.ids }]);
hear(marketHandle, onMarket);
const userHandle = await client.subscribe([{ topic: 'user' }]);
hear(userHandle, onUser);
await until('a book on the market channel', () =>
    onMarket.some((e) => e.type === 'book'));
await new Promise((wake) => setTimeout(wake, 200));

const placed = await client.placeLimitOrder({
    tokenId: yes, price: 0.02, size: 10, side: 'BUY',
});
check('placed', placed.ok && placed.status === 'live', placed);
const bought = await client.placeMarketOrder({
    tokenId: yes, amount: 5, side: 'BUY', orderType: 'FAK',
});
check('bought', bought.ok && bought.status === 'matched', bought);
const open = [];
for await (const page of client.listOpenOrders({ market: m.conditionId }))
    open.push(...page.items);
check('open', open.some((o) => o.id === placed.orderId), open);
const one = await client.fetchOrder({ orderId: placed.orderId });
check('one', one.id === placed.orderId, one);
const trades = [];
await new Promise((wake) => setTimeout(wake, 500)); // Mined: can be sold.
for await (const page of client.listAccountTrades({ market: m.conditionId }))
    trades.push(...page.items);
check('trades', trades.length > 0, trades);
const sold = await client.placeMarketOrder({
    tokenId: yes, shares: 5, side: 'SELL', orderType: 'FOK',
});
check('sold', sold.ok && sold.status === 'matched', sold);
await until('an order and a confirmed trade on the user channel', () =>
    onUser.some((e) => JSON.stringify(e).includes('PLACEMENT')) &&
    onUser.some((e) => JSON.stringify(e).includes('CONFIRMED')));
await until('changes on the market channel', () =>
    onMarket.some((e) => e.type === 'price_change'), 30000);
const cancelled = await client.cancelAll();
check('cancelled', cancelled.canceled.includes(placed.orderId), cancelled);
await until('the cancellation on the user channel', () =>
    onUser.some((e) => JSON.stringify(e).includes('CANCELLATION')));
await marketHandle.close();
await userHandle.close();
done('@polymarket/client');
