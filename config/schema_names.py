"""Names of types in the clients that others generate from the schema."""

ENUM_NAMES = {
    "EventTypeEnum": "companies.choices.EventType",
    "ChangeTypeEnum": "companies.choices.ChangeType",
    "SnapshotSourceEnum": "companies.choices.SnapshotSource",
    "EntryStatusEnum": "companies.choices.EntryStatus",
    "QuoteSourceEnum": "companies.choices.QuoteSource",
    "RunStatusEnum": "syncjobs.choices.RunStatus",
    "RunKindEnum": "syncjobs.choices.RunKind",
    "RunPhaseEnum": "syncjobs.choices.RunPhase",
    "ChannelEnum": "subscriptions.choices.Channel",
    "DestinationStatusEnum": "subscriptions.choices.DestinationStatus",
    "DeliveryStatusEnum": "subscriptions.choices.DeliveryStatus",
    "TimingEnum": "subscriptions.choices.Timing",
    "ListPageEnum": "subscriptions.models.ListPage",
}
