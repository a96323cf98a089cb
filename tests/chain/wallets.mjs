// wallets - contracts that hold for a key's account: the real Safe (1.3.0), made
// as anybody makes one, and a proxy of the factory where production has it
import { createRequire } from "node:module";
import { deploy, word } from "./lib.mjs";

const require = createRequire(import.meta.url);
const artifact = (name) => require("@gnosis.pm/safe-contracts" +
    `/build/artifacts/contracts/${name}.json`).bytecode;

const FACTORY = "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052";
const MADE_OF =
    "d21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b";
const NOBODY = word(0);

let master, handler; // One for all Safes of a node.

export async function makeSafe(node, maker, owner) {
    master ??= await deploy(node, maker,
        artifact("GnosisSafeL2.sol/GnosisSafeL2"));
    handler ??= await deploy(node, maker, artifact(
        "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler"));
    const safe = await deploy(node, maker,
        artifact("proxies/GnosisSafeProxy.sol/GnosisSafeProxy"), master);
    // setup: owners at 256, one of them enough; no call, no payment.
    await node.send(maker, safe, "0xb63e800d" + word(256) + word(1) + NOBODY +
        word(320) + word(handler) + NOBODY + NOBODY + NOBODY + word(1) +
        word(owner) + NOBODY);
    return safe;
}

const hash = (node, hex) => node.ask("web3_sha3", "0x" + hex);
const bare = (s) => s.slice(2).toLowerCase();

// Where CREATE2 puts it; its code and the factory's are of Contracts.sol.
export async function makeProxy(node, maker, owner, code) {
    const salt = bare(await hash(node, bare(owner)));
    const at = "0x" + (await hash(node, "ff" + bare(FACTORY) + salt +
        MADE_OF)).slice(26);
    await node.ask("anvil_setCode", FACTORY, code["Factory in place"]);
    await node.ask("anvil_setCode", at, code["Proxy in place"]);
    const makes = (await hash(node, Buffer.from("put(address,address)")
        .toString("hex"))).slice(0, 10);
    await node.send(maker, FACTORY, makes + word(owner) + word(at));
    return at;
}
