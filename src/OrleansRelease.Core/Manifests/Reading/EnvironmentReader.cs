using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Kind Environment.</summary>
internal static class EnvironmentReader
{
    private const int MaxParallel = 10_000;

    public static EnvironmentSpec Read(Fields fields)
    {
        var spec = new EnvironmentSpec(
            fields.Take("owner")?.Name("the name of a team"),
            fields.Take("maxParallel")?.Whole(1, MaxParallel),
            fields.Take("whenBusy")?.Choice<WhenBusy>(),
            ConnectionReader.Read(fields.Take("connections")),
            Defaults(fields.Take("defaults")),
            fields.Take("requireUndo")?.Flag(),
            PromotionReader.After(fields.Take("after")),
            LinksReader.Read(fields.Take("links")));
        fields.NotYet("promotion", "windows", "whenWindowCloses", "approvals").End();
        return spec;
    }

    private static EnvironmentDefaults? Defaults(Field? field)
    {
        if (field?.Object("{strategy: canary, analysis: [golden-signals]}") is not { } fields) return null;
        var defaults = new EnvironmentDefaults(
            StrategyReader.Choice(fields.Take("strategy")),
            AnalysisUses.Read(fields.Take("analysis")),
            SlotReaders.Readiness(fields.Take("readiness")),
            SlotReaders.Rollback(fields.Take("rollback")),
            SlotReaders.RequestTimeout(fields.Take("requestTimeout")));
        fields.End();
        return defaults;
    }
}
