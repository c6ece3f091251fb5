/* Structured log: one JSON line per event on standard error. No personal data goes in here. */
#pragma once
#include "base/str.h"

typedef enum LogLevel { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ } LogLevel;

void log_level(LogLevel least);
void log_event(LogLevel level, const char *event, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#define log_info(event, ...)  log_event(LOG_INFO_, event, __VA_ARGS__)
#define log_warn(event, ...)  log_event(LOG_WARN_, event, __VA_ARGS__)
#define log_error(event, ...) log_event(LOG_ERROR_, event, __VA_ARGS__)
void log_line(Str json_line); /* the access log's ready-made line; written in one call */
