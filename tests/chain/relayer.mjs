// relayer - brings to a deposit wallet what its owner signed, and pays for it, with
// the words of Polymarket's: as far as those are known
import { createServer } from "node:http";
import { deploy, word } from "./lib.mjs";

const EXECUTE =
    "execute((address,uint256,uint256,(address,uint256,bytes)[]),bytes)";
const FACTORY = "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07";
const bytes = (hex) => word((hex.length - 2) / 2) +
    hex.slice(2).padEnd(Math.ceil((hex.length - 2) / 64) * 64, "0");

export const makeDeposit = (node, maker, owner, code) =>
    deploy(node, maker, code.DepositWallet, owner);

// mode: "good"; "lose": it is taken, and the answer is lost; "drop": or lost
// before that; "busy": not taken.  Of submissions alone.
export class Relayer {
    constructor(node, maker, key) {
        Object.assign(this, { node, maker, key, mode: "good", all: [],
            submits: 0 });
    }

    async open() {
        const name = Buffer.from(EXECUTE).toString("hex");
        this.selector = (await this.node.ask("web3_sha3", "0x" + name))
            .slice(0, 10);
        this.server = createServer((request, response) => {
            let body = "";
            request.on("data", (b) => (body += b));
            request.on("end", () => this.answer(request, body)
                .catch((e) => [400, { error: e.message }])
                .then(([status, said]) => {
                    if (!said)
                        return request.socket.destroy();
                    response.writeHead(status,
                        { "content-type": "application/json" });
                    response.end(JSON.stringify(said));
                }));
        });
        await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
        this.url = `http://127.0.0.1:${this.server.address().port}`;
        return this;
    }

    async answer(request, body) {
        const { pathname } = new URL(request.url, this.url);
        const head = "/v1/account/transactions/";
        if (request.headers.relayer_api_key !== this.key)
            return [401, { error: "invalid authorization" }];
        if (pathname === "/submit")
            return this.submit(body);
        if (pathname === "/transactions")
            return [200, await Promise.all(this.all.map((b) => this.say(b)))];
        if (pathname === head + "params")
            return [200, { address: this.maker, nonce: String(await this.nonce()) }];
        const batch = this.all.find((b) => head + b.id === pathname);
        return batch ? [200, await this.say(batch)]
                     : [404, { error: "transaction not found" }];
    }

    nonce() {
        return this.node.number(this.wallet, "0xaffed0e0");
    }

    async say(b) {
        const r = await this.node.ask("eth_getTransactionReceipt", b.tx);
        const state = !r ? "EXECUTED" : r.status === "0x1" ? "MINED" : "FAILED";
        return { transactionID: b.id, transaction_id: b.id, nonce: b.nonce,
            state: `STATE_${state}`, signature: b.signature,
            transaction_hash: b.tx, transactionHash: b.tx, error_msg: "" };
    }

    async submit(body) {
        const { from, to, nonce, signature, type, depositWalletParams: p } =
            JSON.parse(body);
        const [call] = p.calls, on = await this.nonce();
        this.submits++;
        if (this.mode === "drop")
            return [0];
        if (this.mode === "busy")
            return [400, { error: "wallet busy: wallet has an active action" }];
        if (type !== "WALLET" || to !== FACTORY || p.calls.length !== 1 ||
            p.depositWallet.toLowerCase() !== this.wallet.toLowerCase() || !from)
            return [400, { error: "invalid request body" }];
        if (BigInt(nonce) !== on)
            return [400, { error: `batch nonce ${nonce} does not match ` +
                `on-chain nonce ${on}` }];
        const one = word(call.target) + word(call.value) + word(96) +
            bytes(call.data);
        const data = this.selector + word(64) +
            word(64 + 6 * 32 + one.length / 2) + word(this.wallet) +
            word(nonce) + word(p.deadline) + word(128) + word(1) + word(32) +
            one + bytes(signature);
        const tx = { from: this.maker, to: this.wallet, data, gas: "0x895440" };
        await this.node.ask("eth_call", tx, "latest");
        this.all.push({ id: `batch-${this.all.length}`, nonce, signature,
            tx: await this.node.ask("eth_sendTransaction", tx) });
        return this.mode === "lose" ? [0]
            : [200, { transactionID: this.all.at(-1).id, state: "STATE_NEW" }];
    }
}
