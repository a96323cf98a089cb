// Contracts - what tests/chain needs beside ConditionalTokens: dollars anybody
// may make, an adapter that takes one kind of them and holds sets of another, as
// the collateral adapters do, one of them with events whose questions it
// converts as the neg-risk adapter is said to, a factory of proxy wallets and
// one of them, as far as their calls go, and a deposit wallet: its owner's
// batch, whoever brings it.
// SPDX-License-Identifier: MIT
pragma solidity 0.8.19;

contract Dollar {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external {
        balanceOf[msg.sender] -= value;
        totalSupply -= value;
        emit Transfer(msg.sender, address(0), value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(allowance[from][msg.sender] >= value, "TRANSFER_FROM_FAILED");
        if (allowance[from][msg.sender] != type(uint256).max)
            allowance[from][msg.sender] -= value;
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        require(balanceOf[from] >= value, "TRANSFER_FROM_FAILED");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}

interface Sets {
    function prepareCondition(address, bytes32, uint256) external;
    function splitPosition(address, bytes32, bytes32, uint256[] calldata, uint256) external;
    function mergePositions(address, bytes32, bytes32, uint256[] calldata, uint256) external;
    function redeemPositions(address, bytes32, bytes32, uint256[] calldata) external;
    function getCollectionId(bytes32, bytes32, uint256) external view returns (bytes32);
    function balanceOf(address, uint256) external view returns (uint256);
    function safeTransferFrom(address, address, uint256, uint256, bytes calldata) external;
    function safeBatchTransferFrom(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external;
}

contract Adapter {
    Sets immutable sets;
    Dollar immutable dollar;
    Dollar immutable backing;

    constructor(Sets s, Dollar d, Dollar b) {
        sets = s;
        dollar = d;
        backing = b;
        b.approve(address(s), type(uint256).max);
    }

    function ids(bytes32 condition) private view returns (uint256[] memory r) {
        r = new uint256[](2);
        for (uint256 i = 0; i < 2; i++)
            r[i] = uint256(keccak256(abi.encodePacked(address(backing),
                sets.getCollectionId(bytes32(0), condition, i + 1))));
    }

    function splitPosition(address, bytes32, bytes32 condition, uint256[] calldata partition, uint256 amount) external {
        uint256[] memory amounts = new uint256[](2);
        amounts[0] = amounts[1] = amount;
        dollar.transferFrom(msg.sender, address(this), amount);
        backing.mint(address(this), amount);
        sets.splitPosition(address(backing), bytes32(0), condition, partition, amount);
        sets.safeBatchTransferFrom(address(this), msg.sender, ids(condition), amounts, "");
    }

    function mergePositions(address, bytes32, bytes32 condition, uint256[] calldata partition, uint256 amount) external {
        uint256[] memory amounts = new uint256[](2);
        amounts[0] = amounts[1] = amount;
        sets.safeBatchTransferFrom(msg.sender, address(this), ids(condition), amounts, "");
        sets.mergePositions(address(backing), bytes32(0), condition, partition, amount);
        backing.burn(amount);
        dollar.transfer(msg.sender, amount);
    }

    function redeemPositions(address, bytes32, bytes32 condition, uint256[] calldata indexSets) external {
        uint256[] memory all = ids(condition);
        uint256[] memory amounts = new uint256[](2);
        for (uint256 i = 0; i < 2; i++)
            amounts[i] = sets.balanceOf(msg.sender, all[i]);
        sets.safeBatchTransferFrom(msg.sender, address(this), all, amounts, "");
        uint256 before = backing.balanceOf(address(this));
        sets.redeemPositions(address(backing), bytes32(0), condition, indexSets);
        uint256 paid = backing.balanceOf(address(this)) - before;
        backing.burn(paid);
        dollar.transfer(msg.sender, paid);
    }

    // Of one who trusted it: the test's way of making a call fail in time.
    function take(address from, uint256 id, uint256 value) external {
        sets.safeTransferFrom(from, address(this), id, value, "");
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155BatchReceived.selector;
    }
}

// What the neg-risk adapter knows of events: questions in a row, each of them a
// condition of its own; more may be prepared at any time.
contract Questions {
    Sets immutable sets;
    Dollar immutable backing;
    mapping(bytes32 => uint256) public getQuestionCount;
    mapping(bytes32 => uint256) public getFeeBips;

    constructor(Sets s, Dollar b) {
        sets = s;
        backing = b;
    }

    function prepare(bytes32 market, uint256 more, uint256 bips) external {
        getFeeBips[market] = bips;
        for (; more > 0; more--)
            sets.prepareCondition(address(this), bytes32(uint256(market) | getQuestionCount[market]++), 2);
    }

    function getConditionId(bytes32 question) public view returns (bytes32) {
        return keccak256(abi.encodePacked(address(this), question, uint256(2)));
    }

    function getPositionId(bytes32 question, bool yes) public view returns (uint256) {
        return uint256(keccak256(abi.encodePacked(address(backing),
            sets.getCollectionId(bytes32(0), getConditionId(question), yes ? 1 : 2))));
    }
}

// The adapter of neg-risk markets, which converts: NO of each question whose bit
// is set goes, and YES of every other one comes, with a dollar for each but the
// first; what is kept of that is the vault's.
contract NegAdapter is Adapter {
    address public constant BURN = 0xa5Ef39C3D3e10d0B270233af41CaC69796B12966;
    address public constant VAULT = 0x00000000000000000000000000000000000BA117;
    Questions immutable questions;

    error MarketNotPrepared();
    error NoConvertiblePositions();
    error InvalidIndexSet();

    constructor(Sets s, Dollar d, Dollar b, Questions q) Adapter(s, d, b) {
        questions = q;
    }

    function convertPositions(bytes32 market, uint256 set, uint256 amount) external {
        uint256 count = questions.getQuestionCount(market);
        uint256 kept = amount * questions.getFeeBips(market) / 10000;
        uint256 gone;
        if (count == 0)
            revert MarketNotPrepared();
        if (count < 2)
            revert NoConvertiblePositions();
        if (set == 0 || set >> count != 0)
            revert InvalidIndexSet();
        if (amount == 0)
            return;
        for (uint256 i = 0; i < count; i++) {
            bytes32 question = bytes32(uint256(market) | i);
            if ((set >> i & 1) != 0) {
                gone++;
                sets.safeTransferFrom(msg.sender, BURN, questions.getPositionId(question, false), amount, "");
            } else {
                comes(question, amount, kept);
            }
        }
        if (gone > 1) {
            dollar.transfer(msg.sender, (gone - 1) * (amount - kept));
            dollar.transfer(VAULT, (gone - 1) * kept);
        }
    }

    function comes(bytes32 question, uint256 amount, uint256 kept) private {
        uint256[] memory both = new uint256[](2);
        (both[0], both[1]) = (1, 2);
        backing.mint(address(this), amount);
        sets.splitPosition(address(backing), bytes32(0), questions.getConditionId(question), both, amount);
        sets.safeTransferFrom(address(this), BURN, questions.getPositionId(question, false), amount, "");
        uint256 yes = questions.getPositionId(question, true);
        sets.safeTransferFrom(address(this), msg.sender, yes, amount - kept, "");
        if (kept > 0)
            sets.safeTransferFrom(address(this), VAULT, yes, kept, "");
    }
}

struct Call {
    uint8 typeCode;
    address to;
    uint256 value;
    bytes data;
}

contract Proxy {
    modifier ofFactory() {
        require(msg.sender == 0xaB45c5A4B0c941a2F231C04C3f49182e1A254052, "must be called be owner");
        _;
    }

    function proxy(Call[] calldata calls) external payable ofFactory returns (bytes[] memory r) {
        r = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            require(calls[i].typeCode == 1, "of no kind");
            (bool ok, bytes memory said) = calls[i].to.call{value: calls[i].value}(calls[i].data);
            if (!ok)
                assembly { revert(add(said, 32), mload(said)) }
            r[i] = said;
        }
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155BatchReceived.selector;
    }
}

contract Factory {
    mapping(address => Proxy) proxies;

    // The test's: production puts it there itself.
    function put(address owner, Proxy at) external {
        proxies[owner] = at;
    }

    function proxy(Call[] calldata calls) external payable returns (bytes[] memory) {
        return proxies[msg.sender].proxy{value: msg.value}(calls);
    }
}

struct WalletCall {
    address target;
    uint256 value;
    bytes data;
}

struct Batch {
    address wallet;
    uint256 nonce;
    uint256 deadline;
    WalletCall[] calls;
}

contract DepositWallet {
    address immutable owner;
    uint256 public nonce;

    constructor(address o) {
        owner = o;
    }

    function digest(Batch calldata b) public view returns (bytes32) {
        bytes32[] memory all = new bytes32[](b.calls.length);
        for (uint256 i = 0; i < b.calls.length; i++)
            all[i] = keccak256(abi.encode(keccak256("Call(address target,uint256 value,bytes data)"),
                b.calls[i].target, b.calls[i].value, keccak256(b.calls[i].data)));
        bytes32 domain = keccak256(abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("DepositWallet"), keccak256("1"), block.chainid, address(this)));
        return keccak256(abi.encodePacked("\x19\x01", domain, keccak256(abi.encode(
            keccak256("Batch(address wallet,uint256 nonce,uint256 deadline,Call[] calls)Call(address target,uint256 value,bytes data)"),
            b.wallet, b.nonce, b.deadline, keccak256(abi.encodePacked(all))))));
    }

    function execute(Batch calldata b, bytes calldata signature) external {
        require(b.wallet == address(this), "of another wallet");
        require(b.nonce == nonce, "of another nonce");
        require(block.timestamp <= b.deadline, "too late");
        require(signature.length == 65 && ecrecover(digest(b), uint8(signature[64]),
            bytes32(signature[0:32]), bytes32(signature[32:64])) == owner, "not the owner's");
        nonce++;
        for (uint256 i = 0; i < b.calls.length; i++) {
            (bool ok, bytes memory said) = b.calls[i].target.call{value: b.calls[i].value}(b.calls[i].data);
            if (!ok)
                assembly { revert(add(said, 32), mload(said)) }
        }
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function onERC1155BatchReceived(address, address, uint256[] calldata, uint256[] calldata, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155BatchReceived.selector;
    }
}
