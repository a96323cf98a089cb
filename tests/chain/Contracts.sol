// Contracts - what tests/chain needs beside ConditionalTokens: dollars anybody
// may make, an adapter that takes one kind of them and holds sets of another, as
// the collateral adapters do, and a factory of proxy wallets and one of them, as
// far as their calls go.
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
