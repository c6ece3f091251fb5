/* What the files that put a case on paper share. */
#pragma once
#include "case/case_int.h"
#include "core/print/sheet.h"

/* What was filled in with a step, and the form that asked for it. */
typedef struct PaperForm {
        const JsonNode *schema, *data; /* data NULL: nothing; schema NULL: no longer known */
} PaperForm;

typedef struct Paper {
        CaseView *view;
        ClockView *clock;
        AuditHeads *audit;
        PaperForm *forms; /* of each step */
        Str head, link;
} Paper;

Rc paper_forms(Cx *cx, const Case *c, Paper *p); /* after the view */
void paper_form(Cx *cx, Sheet *s, PaperForm form);
/* The document as an open unnamed file, and the case's number; recorded in the chained log. P_NOT_FOUND, P_SERVER_BUSY. */
Rc case_paper(Cx *cx, CaseId id, int *ret_fd, Str *ret_number);
