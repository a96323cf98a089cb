// lib - a node, its contracts, a road between that can be bad, and the player
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const word = (v) =>
    BigInt(v).toString(16).padStart(64, "0");

export function insist(ok, words) {
    if (!ok)
        throw new Error(words);
}

// --- the node ---------------------------------------------------------------
export class Node {
    constructor(url) {
        this.url = url;
        this.ids = 0;
    }

    async ask(method, ...params) {
        const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.ids, method, params });
        const answer = await (await fetch(this.url, {
            method: "POST", body, headers: { "content-type": "application/json" },
        })).json();
        if (answer.error)
            throw new Error(`${method}: ${answer.error.message}`);
        return answer.result;
    }

    call(to, data) {
        return this.ask("eth_call", { to, data }, "latest");
    }

    async number(to, data) {
        return BigInt(await this.call(to, data));
    }

    // From an account the node itself can sign for, mined at once.
    async send(from, to, data) {
        const tx = await this.ask("eth_sendTransaction",
            { from, to, data, gas: "0x895440" });
        for (let i = 0; i < 100; i++) {
            const r = await this.ask("eth_getTransactionReceipt", tx);
            if (r) {
                insist(r.status === "0x1", `reverted: ${data.slice(0, 10)}`);
                return r;
            }
            await sleep(20);
        }
        throw new Error("not mined");
    }
}

export async function startNode(log, port) {
    const bin = require.resolve("@foundry-rs/anvil-linux-amd64/bin/anvil");
    const child = spawn(bin, ["--host", "127.0.0.1", "--port", String(port),
        "--chain-id", "137", "--hardfork", "cancun", "--silent"],
        { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (b) => appendFileSync(log, b));
    const node = new Node(`http://127.0.0.1:${port}`);
    node.child = child;
    for (let i = 0; i < 200; i++) {
        insist(child.exitCode === null, "the node does not start");
        try {
            await node.ask("eth_chainId");
            return node;
        } catch {
            await sleep(25);
        }
    }
    throw new Error("the node does not answer");
}

// --- contracts --------------------------------------------------------------
// Compiled once; the compiler takes longer than the rest of the tests.
export function compile(source, cache) {
    const content = readFileSync(source, "utf8");
    if (existsSync(cache)) {
        const old = JSON.parse(readFileSync(cache, "utf8"));
        if (old.content === content)
            return old.code;
    }
    const solc = require("solc");
    const out = JSON.parse(solc.compile(JSON.stringify({
        language: "Solidity",
        sources: { "Contracts.sol": { content } },
        settings: {
            optimizer: { enabled: true, runs: 200 },
            outputSelection: { "*": { "*": ["evm.bytecode.object",
                "evm.deployedBytecode.object"] } },
        },
    })));
    for (const e of out.errors ?? [])
        insist(e.severity !== "error", e.formattedMessage);
    const code = {};
    for (const [name, c] of Object.entries(out.contracts["Contracts.sol"])) {
        code[name] = "0x" + c.evm.bytecode.object;
        code[name + " in place"] = "0x" + c.evm.deployedBytecode.object;
    }
    writeFileSync(cache, JSON.stringify({ content, code }));
    return code;
}

export function conditionalTokens() {
    return require("@gnosis.pm/conditional-tokens-contracts" +
        "/build/contracts/ConditionalTokens.json").bytecode;
}

export async function deploy(node, from, code, ...args) {
    const r = await node.send(from, undefined, code + args.map(word).join(""));
    return r.contractAddress;
}

// --- a road to the node that loses things -----------------------------------
// mode: "good"; "lose": the node gets it, the answer is lost; "drop": the node
// never gets it; both only for what matches `of`.  "wrong": another chain's.
export class Road {
    constructor(node) {
        this.node = node;
        this.mode = "good";
        this.of = "eth_sendRawTransaction";
        this.counts = {};
        this.sent = []; // Raw transactions, in the order they came.
    }

    async open(port) {
        this.server = createServer((request, response) => {
            let body = "";
            request.on("data", (b) => (body += b));
            request.on("end", () => this.pass(body, response, request.socket)
                .catch(() => request.socket.destroy()));
        });
        await new Promise((done) => this.server.listen(port, "127.0.0.1", done));
        this.url = `http://127.0.0.1:${this.server.address().port}`;
        return this;
    }

    async pass(body, response, socket) {
        const { method, params, id } = JSON.parse(body);
        this.counts[method] = (this.counts[method] ?? 0) + 1;
        if (method === "eth_sendRawTransaction")
            this.sent.push(params[0]);
        const bad = method === this.of;
        if (bad && this.mode === "drop") {
            socket.destroy();
            return;
        }
        let text = await (await fetch(this.node.url, {
            method: "POST", body, headers: { "content-type": "application/json" },
        })).text();
        if (bad && this.mode === "lose") {
            socket.destroy();
            return;
        }
        if (method === "eth_chainId" && this.mode === "wrong")
            text = JSON.stringify({ jsonrpc: "2.0", id, result: "0x1" });
        response.setHeader("content-type", "application/json");
        response.end(text);
    }
}

// --- the player: our code ---------------------------------------------------
export class Player {
    constructor(bin, args, log) {
        this.bin = bin;
        this.args = args;
        this.log = log;
        this.calls = 0;
        this.refreshed = [];
    }

    async start() {
        this.facts = [];
        this.waits = [];
        this.ready = false;
        this.child = spawn(this.bin, this.args, { stdio: ["pipe", "pipe", "pipe"] });
        this.child.stderr.on("data", (b) => appendFileSync(this.log, b));
        this.gone = new Promise((done) => this.child.on("exit", done));
        createInterface({ input: this.child.stdout })
            .on("line", (line) => this.hear(line));
        await this.until(() => this.ready, "the player does not start");
        return this;
    }

    hear(line) {
        appendFileSync(this.log, `< ${line}\n`);
        const [what, ...rest] = line.split(" ");
        if (what === "ready")
            this.ready = true;
        if (what === "refresh")
            this.refreshed.push(rest[0]);
        if (what === "fact")
            this.facts.push({ purpose: rest[0], state: rest[1],
                nonce: Number(rest[2]), tx: rest[3] });
        if (what === "done") {
            const [call, end, reason, evidence, ...words] = rest;
            const w = this.waits.find((x) => x.call === Number(call));
            if (w)
                w.done = { end, reason, evidence, words: words.join(" ") };
        }
    }

    say(line) {
        appendFileSync(this.log, `> ${line}\n`);
        this.child.stdin.write(line + "\n");
    }

    async until(test, words, ms = 15000) {
        const end = Date.now() + ms;
        while (!(await test())) {
            insist(Date.now() < end, words);
            insist(!this.child || this.child.exitCode === null, `${words}: it died`);
            await sleep(10);
        }
    }

    // A call; wait() ends with its venue_done.
    ask(op, ref, market, qty) {
        const token = op === "redeem" ? `${market.redeem} 0`
                                      : `${market.yes} ${market.no}`;
        return this.call(op, ref, `${market.condition} ${token} ${qty}`);
    }

    // NO of the questions whose bits are set, of an event (convert.mjs).
    convert(ref, event, gone, qty) {
        const tokens = event.questions.map((q, i) => gone >> i & 1 ? q.no : q.yes);
        return this.call("convert", ref, `${event.id} ${gone} ${
            event.made(qty)} ${qty} ${tokens.join(" ")}`);
    }

    call(op, ref, rest) {
        const w = { call: ++this.calls };
        this.waits.push(w);
        this.say(`${w.call} ${op} ${ref} ${rest}`);
        w.wait = async () => {
            await this.until(() => w.done, `${op} is not done`);
            return w.done;
        };
        return w;
    }

    do(op, ref, market, qty) {
        return this.ask(op, ref, market, qty).wait();
    }

    signed() {
        return this.facts.filter((f) => f.state === "signed");
    }

    async kill() {
        this.child.kill("SIGKILL");
        await this.gone;
    }

    async stop() {
        this.child.kill("SIGTERM");
        await this.gone;
    }
}
