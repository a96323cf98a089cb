// same - the orders of @polymarket/clob-client-v2 and ours, byte for byte:
// the same inputs, salt and time give the same digest, signature and body
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OrderBuilder, Side, orderToJsonV2 }
    from '@polymarket/clob-client-v2';
import { Wallet } from '@ethersproject/wallet';

import { KEY, check, done } from './lib.mjs';

const arb = process.argv[3];
const owner = '00000000-0000-4000-8000-000000000001';
const wallets = [undefined, '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
                 '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
                 '0x90F79bf6EB2c4f870365E785982E1f101E93b906'];
const tokens = [
    '7132104567925221259462638553270691275033272857194253228963137931245558' +
        '3992563',
    '5211431950124591551605510604688420996992612748282795467444384642781383' +
        '2222426',
];
const position = '611952677495007466622732687316135542422602930401702054716' +
    '623204167603716096';
const ticks = { '0.1': 1, '0.01': 2, '0.005': 3, '0.0025': 4, '0.001': 3,
                '0.0001': 4 };

// Not chance: a row of numbers that is the same each time.
let state = 12345;
function below(n) {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % n;
}

const signer = new Wallet(KEY);
const wanted = [];
async function limit(tick, decimals, version, chainId) {
    const negRisk = version === 2 && below(2) === 1;
    const type = below(4);
    const steps = Math.round(1 / Number(tick));
    const price = ((1 + below(steps - 1)) * Number(tick)).toFixed(decimals);
    const size = ((500 + below(30000)) / 100).toFixed(2);
    const orderType = ['GTC', 'GTD'][below(2)];
    const expiration = orderType === 'GTD' ? 1900000000 + below(1000) : 0;
    const tokenID = version === 3 ? position : tokens[below(2)];
    const side = below(2) ? Side.BUY : Side.SELL;
    const postOnly = below(4) === 0;
    const builder = new OrderBuilder(signer, chainId, type, wallets[type]);
    const order = await builder.buildOrder(
        { tokenID, price: Number(price), size: Number(size), side,
          expiration }, { tickSize: tick, negRisk }, version);
    keep({ version, chainId, negRisk, tokenId: tokenID, side, price, size,
           amount: null, tickSize: tick, orderType, postOnly,
           signatureType: type, expiration: String(expiration) }, order);
}

// Where the client's amounts have the venue's decimals.
async function market(tick, decimals) {
    const steps = Math.round(1 / Number(tick));
    const price = ((1 + below(steps - 1)) * Number(tick)).toFixed(decimals);
    const side = below(2) ? Side.BUY : Side.SELL;
    const many = ((100 + below(50000)) / 100).toFixed(2);
    const builder = new OrderBuilder(signer, 137, 0);
    const order = await builder.buildMarketOrder(
        { tokenID: tokens[0], price: Number(price), amount: Number(many),
          side }, { tickSize: tick, negRisk: false }, 2);
    keep({ version: 2, chainId: 137, negRisk: false, tokenId: tokens[0],
           side, price, size: side === Side.BUY ? null : many,
           amount: side === Side.BUY ? many : null, tickSize: tick,
           orderType: below(2) ? 'FAK' : 'FOK', postOnly: false,
           signatureType: 0, expiration: '0' }, order);
}

function keep(input, order) {
    wanted.push({
        input: { ...input, deferExec: false, owner, metadata: null,
                 funder: wallets[input.signatureType] ?? null, builder: null,
                 salt: order.salt, timestamp: order.timestamp },
        order,
        body: JSON.stringify(orderToJsonV2(order, owner, input.orderType,
                                           input.postOnly, false)),
    });
}

for (const [tick, decimals] of Object.entries(ticks)) {
    for (let i = 0; i < 40; i++)
        await limit(tick, decimals, i % 5 === 4 ? 3 : 2,
                    i % 7 === 6 ? 80002 : 137);
}
for (let i = 0; i < 40; i++)
    await market('0.01', 2);

const folder = mkdtempSync(join(tmpdir(), 'same-'));
writeFileSync(join(folder, 'key'), `${KEY}\n`, { mode: 0o600 });
const ran = spawnSync(arb, ['sign-order', '--key-file',
                            join(folder, 'key')], {
    input: wanted.map((w) => `${JSON.stringify(w.input)}\n`).join(''),
    encoding: 'utf8', maxBuffer: 1 << 26,
});
rmSync(folder, { recursive: true });
const said = ran.stdout.trim().split('\n').map((line) => JSON.parse(line));
check('as many answers', said.length === wanted.length,
      [ran.status, ran.stderr]);
wanted.forEach((w, i) => {
    const what = JSON.stringify(w.input);
    check(`signature of ${what}`, said[i].signature === w.order.signature,
          [said[i], w.order]);
    check(`body of ${what}`, said[i].body === w.body, [said[i].body,
                                                       w.body]);
});
done('arb sign-order, as @polymarket/clob-client-v2');
