/* version - which sources this program was built from */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

extern const char *const dutchbook_version;

#endif /* COMMON_VERSION_H */
