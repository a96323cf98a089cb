/* eip712 - hashes of typed data: words, domains, what is signed
 *
 * EIP-712 and EIP-191.  A word is 32 bytes, big endian (struct hash). */
#ifndef EXECUTOR_ENCODE_EIP712_H
#define EXECUTOR_ENCODE_EIP712_H

#include "common/address.h"

/* A number, or an address, as a word. */
struct hash word_of_count(uint64_t n);
struct hash word_of_address(const struct address *a);

/* keccak-256 of a text: type hashes, and strings inside structs. */
struct hash hash_of_text(const char *s);
/* keccak-256 of words one after the other: a struct's hash, its first word
 * being the type hash. */
struct hash hash_of_words(const struct hash *words, size_t count);

/* EIP712Domain(string name,string version,uint256 chainId
 * [,address verifyingContract]); without the contract when at is NULL. */
struct hash domain_hash(const char *name, const char *version,
                        uint64_t chain, const struct address *at);
/* 0x19 0x01, domain, struct: what is signed. */
struct hash typed_digest(const struct hash *domain,
                         const struct hash *structure);
/* What personal_sign signs when given 32 bytes (EIP-191, version 0x45). */
struct hash personal_digest(const struct hash *bytes);

#endif /* EXECUTOR_ENCODE_EIP712_H */
