"""Who stands behind a code: issuers by EDINET's lists, official dates, other identifiers, and what came after what."""
