/* face_user - orders and trades as the private REST and /ws/user say them */
#ifndef SIMEX_FACE_USER_H
#define SIMEX_FACE_USER_H

#include "tests/simex/desk.h"
#include "tests/simex/quill.h"

/* As GET /data/order gives it; status with its prefix. */
void face_open_order(const struct desk *d, struct quill *q, uint32_t order);
/* As GET /data/trades gives it to a person. */
void face_trade(const struct desk *d, struct quill *q, uint32_t trade,
                uint32_t person);
/* What POST /order answers, or an element of what POST /orders does. */
void face_reply(const struct desk *d, struct quill *q,
                const struct desk_reply *r);
/* A frame of the user channel. */
void face_user_frame(const struct desk *d, struct quill *q,
                     const struct desk_event *e);
/* The market an event is about. */
uint32_t face_user_market(const struct desk *d, const struct desk_event *e);

#endif /* SIMEX_FACE_USER_H */
