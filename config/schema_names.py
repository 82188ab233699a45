"""What the types of the apps' choices are called in the API's schema, and so in the clients generated from it."""

ENUM_NAMES = {
    "EventTypeEnum": "companies.choices.EventType",
    "ChangeTypeEnum": "companies.api.answers.CHANGE_TYPES",
    "QuoteSourceEnum": "companies.choices.QuoteSource",
    "RunStatusEnum": "syncjobs.choices.RunStatus",
    "RunKindEnum": "syncjobs.choices.RunKind",
    "RunPhaseEnum": "syncjobs.choices.RunPhase",
}
