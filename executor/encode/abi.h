/* abi - calls of contracts as bytes, and what they answer
 *
 * Only what is called there: words, and arrays of words. */
#ifndef EXECUTOR_ENCODE_ABI_H
#define EXECUTOR_ENCODE_ABI_H

#include "common/address.h"

#define CALL_CAP 4096 /* Bytes; a batch of sixty balances fits. */
#define CALL_WORDS_MAX ((CALL_CAP - 4) / 32)

struct call { size_t size; uint8_t b[CALL_CAP]; };

/* One argument of a call. */
struct argument {
    const struct hash *words;
    uint32_t count;  /* Of an array. */
    bool is_array;
    struct hash word; /* When it is no array. */
};
struct argument arg_word(const struct hash *word);
struct argument arg_count(uint64_t n);
struct argument arg_address(const struct address *a);
/* Borrowed until the call is made. */
struct argument arg_array(const struct hash *words, uint32_t count);

/* The first four bytes of the hash of "name(type,type)". */
void abi_selector(const char *signature, uint8_t selector[4]);
/* The topic of "Name(type,type)", as events carry it. */
struct hash abi_topic(const char *signature);
/* False when it does not fit into CALL_CAP. */
MUST_CHECK bool abi_call(struct call *c, const char *signature,
                         const struct argument *arguments, uint32_t count);

/* By hand, for what abi_call has no form: the function, then words and byte
 * strings, each after its length and filled up with zeros.  False when it does
 * not fit. */
void abi_begin(struct call *c, const char *signature);
MUST_CHECK bool abi_put(struct call *c, const struct hash *word);
MUST_CHECK bool abi_put_bytes(struct call *c, const uint8_t *b, size_t size);

/* Word i of an answer; false when it is shorter. */
MUST_CHECK bool abi_word(const uint8_t *b, size_t size, size_t i,
                         struct hash *word);
/* A word that fits a count. */
MUST_CHECK bool word_count(const struct hash *word, uint64_t *n);

#endif /* EXECUTOR_ENCODE_ABI_H */
