// run - splits, merges and redeems of our own code on a real EVM
//
// The real ConditionalTokens, an adapter around it as the collateral adapters
// are, and a node; all of it for the key's own account, then for wallets that
// are contracts, first of all the real Safe, and one that only its relayer
// brings calls to.  After every play the dollars and the tokens are where they
// should be, to the micro.  usage: run.mjs PLAYER FOLDER
import { createServer } from "node:net";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Player, Road, compile, conditionalTokens, deploy, insist, sleep,
    startNode, word } from "./lib.mjs";
import { conversions } from "./convert.mjs";
import { Relayer, makeDeposit } from "./relayer.mjs";
import { makeProxy, makeSafe } from "./wallets.mjs";

const [bin, folder] = process.argv.slice(2);
const M = 1000000n;
const START = 100000n * M;
const VAULT = "0x00000000000000000000000000000000000ba117";
const zero = word(0);
let node, road, player, ticking = true;
let sets, dollar, backing, negBacking, adapter, negAdapter;
let questions; // Of neg-risk events.
let turned = 0n; // Backing that conversions made beside their dollars.
let maker, me, holder, type, code, relayer, refs = 0, markets = 0;

const freePort = () => new Promise((done) => {
    const s = createServer().listen(0, "127.0.0.1", () => {
        const { port } = s.address();
        s.close(() => done(port));
    });
});
const newRef = () =>
    `01234567-89ab-8cde-8f01-${(++refs).toString(16).padStart(12, "0")}`;
const owner = () => word(holder);

// --- what there is ----------------------------------------------------------
async function held(market) {
    const token = (id) => node.number(sets, "0x00fdd58e" + owner() + word(id));
    return {
        cash: await node.number(dollar, "0x70a08231" + owner()),
        yes: await token(market.yes),
        no: await token(market.no),
    };
}

async function moved(market, before, cash, yes, no, words) {
    const h = await held(market);
    for (const [key, want] of [["cash", cash], ["yes", yes], ["no", no]])
        insist(h[key] - before[key] === want,
            `${words}: ${key} moved by ${h[key] - before[key]}, not ${want}`);
}

// Dollars there are = dollars made; sets are backed by as much.
async function conserved() {
    const made = await node.number(dollar, "0x18160ddd");
    let sum = 0n;
    for (const who of [holder, adapter, negAdapter, sets])
        sum += await node.number(dollar, "0x70a08231" + word(who));
    sum += await node.number(dollar, "0x70a08231" + word(VAULT));
    insist(made === START && sum === START, `${sum} dollars of ${made}`);
    for (const [a, b] of [[adapter, backing], [negAdapter, negBacking]]) {
        const inside = (await node.number(b, "0x70a08231" + word(sets))) -
            (a === negAdapter ? turned : 0n);
        const taken = await node.number(dollar, "0x70a08231" + word(a));
        insist(inside === taken, `${taken} dollars taken, ${inside} in sets`);
    }
}

async function newMarket(name, back) {
    const question = "0x" + word("0x" +
        Buffer.from(`${name} ${++markets}`).toString("hex"));
    await node.send(maker, sets, "0xd96ee754" + word(maker) +
        question.slice(2) + word(2));
    const condition = await node.call(sets, "0x852c6ae2" + word(maker) +
        question.slice(2) + word(2));
    const id = async (set) => node.number(sets, "0x39dd7530" + word(back) +
        (await node.call(sets, "0x856296f7" + zero + condition.slice(2) +
            word(set))).slice(2));
    return { question, condition, yes: await id(1), no: await id(2) };
}

const resolve = (market, yes, no) => node.send(maker, sets, "0xc49298ac" +
    market.question.slice(2) + word(64) + word(2) + word(yes) + word(no));

async function pending(tx) {
    const t = await node.ask("eth_getTransactionByHash", tx);
    return t && t.blockHash === null ? t : null;
}

// --- the plays --------------------------------------------------------------
let market, neg;
const plays = {
    async "a node of another chain is not used"() {
        road.mode = "wrong";
        const before = await held(market);
        const done = await player.do("split", newRef(), market, 100n * M);
        insist(done.end === "answered", `split: ${done.end} ${done.words}`);
        await moved(market, before, -100n * M, 100n * M, 100n * M, "split");
        insist(!road.counts.eth_sendRawTransaction, "it got a transaction");
        insist(player.facts[0].purpose === "approve", "not approved first");
        insist(player.refreshed.length === 3, "balances not refreshed");
        road.mode = "good";
    },

    async "the same ref is done once"() {
        const ref = newRef(), before = await held(market);
        const first = await player.do("merge", ref, market, 40n * M);
        const signed = player.signed().length;
        const again = await player.do("merge", ref, market, 40n * M);
        insist(first.end === "answered" && again.end === "answered" &&
            first.evidence === again.evidence, "two answers");
        insist(player.signed().length === signed, "signed again");
        await moved(market, before, 40n * M, -40n * M, -40n * M, "merge");
    },

    async "a neg-risk market goes by its own adapter"() {
        const before = await held(neg);
        const split = await player.do("split", newRef(), neg, 7654321n);
        insist(split.end === "answered", `split: ${split.words}`);
        await moved(neg, before, -7654321n, 7654321n, 7654321n, "split");
        const merge = await player.do("merge", newRef(), neg, 654321n);
        insist(merge.end === "answered", `merge: ${merge.words}`);
        await moved(neg, before, -7000000n, 7000000n, 7000000n, "merge");
    },

    async "what would revert is not sent"() {
        const signed = player.signed().length, before = await held(market);
        const much = await player.do("merge", newRef(), market, 1000n * M);
        insist(much.end === "refused" &&
            much.words.includes("SafeMath: subtraction overflow"),
            `too much: ${much.end} ${much.words}`);
        const soon = await player.do("redeem", newRef(),
            { ...market, redeem: market.yes }, 60n * M);
        insist(soon.end === "refused" &&
            soon.words.includes("result for condition not received yet"),
            `too soon: ${soon.end} ${soon.words}`);
        const other = await player.do("merge", newRef(),
            { ...market, no: neg.no }, M);
        insist(other.end === "not_sent" && other.reason === "SCHEMA",
            `other tokens: ${other.end} ${other.reason}`);
        insist(player.signed().length === signed, "something was signed");
        await moved(market, before, 0n, 0n, 0n, "nothing");
    },

    async "under a kill nothing is split, but sets are merged"() {
        player.say("latch");
        const before = await held(market);
        const split = await player.do("split", newRef(), market, M);
        insist(split.end === "not_sent" && split.reason === "LATCHED",
            `split: ${split.end} ${split.reason}`);
        const merge = await player.do("merge", newRef(), market, M);
        insist(merge.end === "answered", `merge: ${merge.words}`);
        await moved(market, before, M, -M, -M, "merge");
        player.say("unlatch");
    },

    async "an answer that is lost after the node took it"() {
        const before = await held(market);
        road.mode = "lose";
        const done = await player.do("merge", newRef(), market, M);
        road.mode = "good";
        insist(done.end === "answered", `${done.end} ${done.words}`);
        await moved(market, before, M, -M, -M, "merge");
    },

    async "bytes that never arrive go to the other node"() {
        const before = await held(market), signed = player.signed().length;
        road.mode = "drop";
        const done = await player.do("merge", newRef(), market, M);
        road.mode = "good";
        insist(done.end === "answered", `${done.end} ${done.words}`);
        insist(player.signed().length === signed + 1, "signed twice");
        await moved(market, before, M, -M, -M, "merge");
    },

    async "one that is stuck is replaced, and one of them is taken in"() {
        const before = await held(market);
        const from = player.signed().length;
        await stopMining();
        const w = player.ask("merge", newRef(), market, 2n * M);
        await player.until(() => player.signed().length >= from + 3,
            "not replaced twice");
        const all = player.signed().slice(from);
        await player.until(() => pending(all[2].tx), "not with the node");
        insist(all.every((f) => f.nonce === all[0].nonce), "other nonces");
        const now = await pending(all[2].tx);
        insist(!(await pending(all[0].tx)), "the first is still there");
        insist(BigInt(now.maxPriorityFeePerGas) * 100n >= 121n * 30n *
            1000000000n, `priority ${now.maxPriorityFeePerGas}`);
        await mineAgain();
        const done = await w.wait();
        insist(done.end === "answered", `${done.end} ${done.words}`);
        await moved(market, before, 2n * M, -2n * M, -2n * M, "merge");
    },

    async "killed with bytes out: the same bytes again, once"() {
        const before = await held(market), ref = newRef();
        const from = player.signed().length;
        await stopMining();
        player.ask("merge", ref, market, 3n * M);
        await player.until(() => player.signed().length > from, "not signed");
        const { tx } = player.signed()[from];
        await player.until(() => pending(tx), "not with the node");
        await player.kill();
        await node.ask("anvil_dropTransaction", tx);
        insist(!(await pending(tx)), "not dropped");
        const sent = road.sent.length;
        await player.start();
        await player.until(() => pending(tx), "not sent again");
        insist(road.sent.length === sent || road.sent.slice(sent)
            .every((raw) => raw === road.sent[sent]), "other bytes");
        await mineAgain();
        const done = await player.do("merge", ref, market, 3n * M);
        insist(done.end === "answered" && done.evidence === tx,
            `${done.end} ${done.evidence}`);
        await moved(market, before, 3n * M, -3n * M, -3n * M, "merge");
    },

    async "killed between fact and sending: sent after the restart"() {
        const before = await held(market), ref = newRef();
        road.mode = other.mode = "drop";
        const from = player.signed().length;
        player.ask("merge", ref, market, M);
        await player.until(() => player.signed().length > from, "not signed");
        const { tx } = player.signed()[from];
        await player.kill();
        insist(!(await node.ask("eth_getTransactionByHash", tx)),
            "it got there");
        road.mode = other.mode = "good";
        await player.start();
        const done = await player.do("merge", ref, market, M);
        insist(done.end === "answered" && done.evidence === tx,
            `${done.end} ${done.evidence}`);
        insist(player.signed().length === 0, "signed anew");
        await moved(market, before, M, -M, -M, "merge");
    },

    async "killed after it was taken in: known by its receipt"() {
        const before = await held(market), ref = newRef();
        road.mode = other.mode = "lose";
        road.of = other.of = "eth_getTransactionReceipt";
        const from = player.signed().length;
        player.ask("merge", ref, market, M);
        await player.until(() => player.signed().length > from, "not signed");
        const { tx } = player.signed()[from];
        await player.until(() => node.ask("eth_getTransactionReceipt", tx),
            "not mined");
        await player.kill();
        road.mode = other.mode = "good";
        road.of = other.of = "eth_sendRawTransaction";
        await player.start();
        const done = await player.do("merge", ref, market, M);
        insist(done.end === "answered" && done.evidence === tx,
            `${done.end} ${done.words}`);
        await moved(market, before, M, -M, -M, "merge");
    },

    async "a block that is undone after it was seen"() {
        const before = await held(market), from = player.signed().length;
        await stopMining();
        const w = player.ask("merge", newRef(), market, M);
        await player.until(() => player.signed().length > from, "not signed");
        const { tx } = player.signed()[from];
        await player.until(() => pending(tx), "not with the node");
        const snapshot = await node.ask("evm_snapshot");
        const seen = road.counts.eth_blockNumber + other.counts.eth_blockNumber;
        await node.ask("evm_mine");
        await player.until(() => road.counts.eth_blockNumber +
            other.counts.eth_blockNumber > seen + 2, "its receipt is not seen");
        await node.ask("evm_revert", snapshot);
        await mineAgain();
        const done = await w.wait();
        insist(done.end === "answered", `${done.end} ${done.words}`);
        await moved(market, before, M, -M, -M, "merge");
    },

    async "one that would revert by now is cancelled"() {
        const market2 = await newMarket("cancel", backing);
        const split = await player.do("split", newRef(), market2, 5n * M);
        insist(split.end === "answered", `split: ${split.words}`);
        const before = await held(market2), from = player.signed().length;
        await stopMining();
        const w = player.ask("merge", newRef(), market2, 5n * M);
        await player.until(() => player.signed().length > from, "not signed");
        const { tx } = player.signed()[from];
        await player.until(() => pending(tx), "not with the node");
        await node.ask("anvil_dropTransaction", tx);
        const taken = await node.ask("eth_sendTransaction", { from: maker,
            to: adapter, gas: "0x895440", data: takes + owner() +
                word(market2.yes) + word(M) });
        await node.ask("evm_mine");
        const r = await node.ask("eth_getTransactionReceipt", taken);
        insist(r && r.status === "0x1", "the test cannot take it");
        const cancel = () => player.facts.find((f) =>
            f.purpose === "cancel" && f.state === "signed");
        await player.until(cancel, "not cancelled");
        await player.until(() => pending(cancel().tx), "not with the node");
        await mineAgain();
        const done = await w.wait();
        insist(done.end === "refused" && done.words.includes("cancelled"),
            `${done.end} ${done.words}`);
        await moved(market2, before, 0n, -M, 0n, "cancel");
        const rest = await player.do("merge", newRef(), market2, 4n * M);
        insist(rest.end === "answered", `the rest: ${rest.words}`);
        await moved(market2, before, 4n * M, -5n * M, -4n * M, "the rest");
    },

    async "a nonce somebody else used: done with the next one"() {
        const before = await held(market), ref = newRef();
        const from = player.signed().length;
        await stopMining();
        const w = player.ask("merge", ref, market, M);
        await player.until(() => player.signed().length > from, "not signed");
        const { tx, nonce } = player.signed()[from];
        await player.until(() => pending(tx), "not with the node");
        await node.ask("anvil_dropTransaction", tx);
        await node.ask("eth_sendTransaction", { from: me, to: maker,
            gas: "0x5208", nonce: "0x" + nonce.toString(16),
            maxFeePerGas: "0x2e90edd000", maxPriorityFeePerGas: "0x2e90edd000" });
        await mineAgain();
        const done = await w.wait();
        insist(done.end === "refused", `${done.end} ${done.words}`);
        await moved(market, before, 0n, 0n, 0n, "nothing");
        const again = await player.do("merge", ref, market, M);
        insist(again.end === "answered", `again: ${again.words}`);
        insist(player.signed().at(-1).nonce === nonce + 1, "another nonce");
        await moved(market, before, M, -M, -M, "merge");
    },

    async "no money for gas"() {
        const before = await held(market);
        const had = await node.ask("eth_getBalance", me, "latest");
        await node.ask("anvil_setBalance", me, "0x0");
        const poor = await player.do("merge", newRef(), market, M);
        insist(poor.end === "refused" && poor.reason === "BALANCE",
            `${poor.end} ${poor.reason} ${poor.words}`);
        await node.ask("anvil_setBalance", me, had);
        const done = await player.do("merge", newRef(), market, M);
        insist(done.end === "answered", `${done.end} ${done.words}`);
        await moved(market, before, M, -M, -M, "merge");
    },

    async "what is won is redeemed, to the micro"() {
        const before = await held(market);
        await resolve(market, 1, 0);
        const yes = await player.do("redeem", newRef(),
            { ...market, redeem: market.yes }, before.yes);
        insist(yes.end === "answered", `yes: ${yes.end} ${yes.words}`);
        await moved(market, before, before.yes, -before.yes, -before.no,
            "redeem");
        const no = await player.do("redeem", newRef(),
            { ...market, redeem: market.no }, before.no);
        insist(no.end === "answered" && no.evidence === yes.evidence,
            `the other side: ${no.end} ${no.words}`);
    },

    async "half a dollar each, and the odd micro is nobody's"() {
        const before = await held(neg);
        const odd = await player.do("split", newRef(), neg, 1n);
        insist(odd.end === "answered", `split: ${odd.words}`);
        await resolve(neg, 1, 1);
        const done = await player.do("redeem", newRef(),
            { ...neg, redeem: neg.no }, before.no + 1n);
        insist(done.end === "answered", `${done.end} ${done.words}`);
        const q = before.yes + 1n;
        await moved(neg, before, 2n * (q / 2n) - 1n, -before.yes, -before.no,
            "redeem");
    },
};

Object.assign(plays, conversions({
    get node() { return node; }, get player() { return player; },
    get road() { return road; }, get other() { return other; },
    get maker() { return maker; }, get holder() { return holder; },
    get sets() { return sets; }, get dollar() { return dollar; },
    get questions() { return questions; }, VAULT, newRef, pending,
    stopMining: () => stopMining(), mineAgain: () => mineAgain(),
    turn: (n) => { turned += n; },
}));

// Of who is brought what he signed: facts have a batch, not a transaction, until
// that is in a block.
const relayed = {
    async "an answer of the relayer that is lost"() {
        const before = await held(market), all = relayer.all.length;
        relayer.mode = "lose";
        const w = player.ask("merge", newRef(), market, M);
        await player.until(() => relayer.all.length > all, "not submitted");
        relayer.mode = "good";
        const done = await w.wait();
        insist(done.end === "answered", `${done.end} ${done.words}`);
        insist(done.evidence === relayer.all.at(-1).tx, "another transaction");
        insist(relayer.all.length === all + 1, "submitted twice");
        await moved(market, before, M, -M, -M, "merge");
    },

    async "a wallet that is busy"() {
        const before = await held(market), { submits } = relayer;
        relayer.mode = "busy";
        const w = player.ask("merge", newRef(), market, M);
        await player.until(() => relayer.submits > submits + 2, "not tried on");
        relayer.mode = "good";
        const done = await w.wait();
        insist(done.end === "answered", `${done.end} ${done.words}`);
        await moved(market, before, M, -M, -M, "merge");
    },

    async "killed before the relayer had it: the same batch after the restart"() {
        const before = await held(market), ref = newRef(), { submits } = relayer;
        const from = player.signed().length, all = relayer.all.length;
        relayer.mode = "drop";
        player.ask("merge", ref, market, M);
        await player.until(() => relayer.submits > submits, "not submitted");
        const { tx } = player.signed()[from];
        await player.kill();
        relayer.mode = "good";
        await player.start();
        const done = await player.do("merge", ref, market, M);
        insist(done.end === "answered", `${done.end} ${done.words}`);
        insist(player.signed().every((f) => f.tx === tx), "signed anew");
        insist(relayer.all.length === all + 1, "submitted twice");
        await moved(market, before, M, -M, -M, "merge");
    },

    async "killed while it is on its way: followed after the restart"() {
        const before = await held(market), ref = newRef();
        const all = relayer.all.length;
        await stopMining();
        player.ask("merge", ref, market, M);
        await player.until(() => relayer.all.length > all, "not submitted");
        await player.kill();
        await player.start();
        await mineAgain();
        const done = await player.do("merge", ref, market, M);
        insist(done.end === "answered" &&
            done.evidence === relayer.all.at(-1).tx,
            `${done.end} ${done.evidence} ${done.words}`);
        insist(relayer.all.length === all + 1, "submitted twice");
        await moved(market, before, M, -M, -M, "merge");
    },
};

// --- who holds, and what is played for him ---------------------------------
const some = (...starts) => Object.keys(plays).filter((name) =>
    starts.some((s) => name.startsWith(s)));

const wallets = {
    "the key's own account": {
        type: 0, make: () => me, plays: () => Object.keys(plays),
    },
    "a Safe": {
        type: 2, make: () => makeSafe(node, maker, me),
        plays: () => Object.keys(plays),
    },
    "a proxy wallet": {
        type: 1, make: () => makeProxy(node, maker, me, code),
        plays: () => some("a node of", "the same ref", "a neg-risk",
            "what would", "one that is stuck", "what is won",
            "NO becomes"),
    },
    "a deposit wallet": {
        type: 3, make: () => makeDeposit(node, maker, me, code), all: relayed,
        plays: () => [...some("a node of", "the same ref", "a neg-risk",
            "what would", "under a kill"), ...Object.keys(relayed),
            ...some("what is won", "half a dollar")],
    },
    "a Safe of somebody else": {
        type: 2, make: () => makeSafe(node, maker, maker),
        plays: () => [], refuses: "GS026",
    },
};

async function refused(words) {
    const done = await player.do("split", newRef(), market, M);
    insist(done.end === "refused" && done.words.includes(words),
        `${done.end} ${done.words}`);
    insist(player.signed().length === 0, "something was signed");
}

// --- the stage --------------------------------------------------------------
let other; // The second road.
let takes; // The selector of the adapter's take.

async function stopMining() {
    ticking = false;
    await node.ask("evm_setAutomine", false);
}

async function mineAgain() {
    await node.ask("evm_mine");
    await node.ask("evm_setAutomine", true);
    ticking = true;
}

async function setUp() {
    node = await startNode(`${folder}/node.log`, await freePort());
    [maker, , me] = await node.ask("eth_accounts");
    code = compile(new URL("Contracts.sol", import.meta.url).pathname,
        `${folder}/contracts.json`);
    relayer = await new Relayer(node, maker, "of-the-tests").open();
    sets = await deploy(node, maker, conditionalTokens());
    takes = (await node.ask("web3_sha3", "0x" + Buffer.from(
        "take(address,uint256,uint256)").toString("hex"))).slice(0, 10);
}

// New dollars and markets, all his.
async function enter(wallet) {
    type = wallet.type;
    holder = await wallet.make();
    dollar = await deploy(node, maker, code.Dollar);
    backing = await deploy(node, maker, code.Dollar);
    negBacking = await deploy(node, maker, code.Dollar);
    adapter = await deploy(node, maker, code.Adapter, sets, dollar, backing);
    questions = await deploy(node, maker, code.Questions, sets, negBacking);
    negAdapter = await deploy(node, maker, code.NegAdapter, sets, dollar,
        negBacking, questions);
    turned = 0n;
    await node.send(maker, dollar, "0x40c10f19" + owner() + word(START));
    market = await newMarket("plain", backing);
    neg = await newMarket("neg", negBacking);
    road?.server.close();
    other?.server.close();
    relayer.wallet = holder;
    road = await new Road(node).open(0);
    other = await new Road(node).open(0);
}

function settings() {
    const var_ = `${folder}/var/${holder}`;
    mkdirSync(`${var_}/keys`, { recursive: true, mode: 0o700 });
    const key = `${var_}/keys/wallet`;
    // The third account every such node has, for tests alone.
    writeFileSync(key, "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a\n");
    chmodSync(key, 0o600);
    const s = { "common.var": var_, "common.starts_max": 60,
        "executor.key_file": key,
        "executor.signature_type": type,
        "executor.funder": type === 0 ? "" : holder.toLowerCase(),
        "executor.collateral": dollar, "executor.positions": sets,
        "executor.adapter": adapter, "executor.neg_adapter": negAdapter,
        "executor.neg_questions": questions,
        "executor.chain_backing": backing,
        "executor.chain_neg_backing": negBacking,
        "executor.chain_rpc": road.url, "executor.chain_rpc_2": other.url,
        "executor.chain_confirmations": 3, "executor.chain_poll": 50,
        "executor.chain_again": 400, "executor.chain_stuck": 900,
        "executor.chain_retry": 50, "executor.http_total": 2000,
        "executor.relayer_url": relayer.url,
        "executor.relayer_file": type === 3 ? `${key}-relayer` : "" };
    writeFileSync(`${key}-relayer`, `key: ${relayer.key}\n`);
    chmodSync(`${key}-relayer`, 0o600);
    return Object.entries(s).flatMap(([k, v]) => ["-s", `${k}=${v}`]);
}

async function main() {
    const began = Date.now();
    await setUp();
    const ticker = setInterval(() => {
        if (ticking)
            node.ask("evm_mine").catch(() => {});
    }, 60);
    let count = 0, failed = 0;
    for (const [who, wallet] of Object.entries(wallets)) {
        await enter(wallet);
        player = await new Player(bin, settings(),
            `${folder}/player.log`).start();
        console.log(`--- ${who}`);
        const todo = wallet.plays().map((name) =>
            [name, plays[name] ?? wallet.all[name]]);
        if (wallet.refuses)
            todo.push(["is sent nothing", () => refused(wallet.refuses)]);
        for (const [name, play] of todo) {
            const from = Date.now();
            try {
                await play();
                await conserved();
                count++;
                console.log(`ok    ${name} (${Date.now() - from} ms)`);
            } catch (e) {
                failed++;
                console.log(`FAIL  ${name}: ${e.message}`);
                break; // What follows rests on it.
            }
        }
        await player.stop();
    }
    clearInterval(ticker);
    const conserving = failed ? "" : "; every dollar is where it should be";
    console.log(`${count} plays, ${failed} failed${conserving} (${
        Date.now() - began} ms)`);
    process.exitCode = failed ? 1 : 0;
}

try {
    await main();
} catch (e) {
    console.log(`FAIL  ${e.stack}`);
    process.exitCode = 1;
} finally {
    node?.child.kill("SIGTERM");
    road?.server.close();
    other?.server.close();
    relayer?.server.close();
    if (player?.child && player.child.exitCode === null)
        player.child.kill("SIGKILL");
    setTimeout(() => process.exit(), 200);
}
