/* story - one execution, told whole */
#ifndef DEPLOY_ARB_STORY_H
#define DEPLOY_ARB_STORY_H

#include <stdbool.h>

struct pg;

/* How the id of an execution could begin: hex digits and dashes. */
bool story_is_id(const char *word);
/* Prints it, as a screen of text or as one JSON object; an exit code. */
int story_tell(struct pg *pg, const char *id, bool json);

#endif /* DEPLOY_ARB_STORY_H */
