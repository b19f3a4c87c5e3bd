namespace OrleansRelease.Core.Analysis.Judging;

/// <summary>
/// Fields of a request that belong to other judges, in the groups in which judges have no use for them.
/// </summary>
internal static class UnusedFields
{
    public static void UnusedLimits(this FieldProblems problems, JudgeConfig config, string judge)
    {
        problems.Unused("config.max", config.Max is not null, judge);
        problems.Unused("config.min", config.Min is not null, judge);
        problems.Unused("config.failAbove", config.FailAbove is not null, judge);
        problems.Unused("config.failureLimit", config.FailureLimit is not null, judge);
        problems.Unused("config.inconclusiveLimit", config.InconclusiveLimit is not null, judge);
    }

    public static void UnusedScores(this FieldProblems problems, JudgeConfig config, string judge)
    {
        problems.Unused("config.tolerance", config.Tolerance is not null, judge);
        problems.Unused("config.passThreshold", config.PassThreshold is not null, judge);
        problems.Unused("config.marginalThreshold", config.MarginalThreshold is not null, judge);
    }

    public static void UnusedComparing(this FieldProblems problems, MetricValues metric, string path, string judge)
    {
        problems.Unused($"{path}.group", metric.Group is not null, judge);
        problems.Unused($"{path}.weight", metric.Weight is not null, judge);
        problems.Unused($"{path}.direction", metric.Direction is not null, judge);
        problems.Unused($"{path}.nanStrategy", metric.NanStrategy is not null, judge);
        problems.Unused($"{path}.outlierStrategy", metric.OutlierStrategy is not null, judge);
        problems.Unused($"{path}.critical", metric.Critical is not null, judge);
        problems.Unused($"{path}.mustHaveData", metric.MustHaveData is not null, judge);
        problems.Unused($"{path}.effectSize", metric.EffectSize is not null, judge);
    }

    public static void UnusedTotals(this FieldProblems problems, MetricValues metric, string path, string judge)
    {
        problems.Unused($"{path}.experimentTotals", metric.ExperimentTotals is not null, judge);
        problems.Unused($"{path}.controlTotals", metric.ControlTotals is not null, judge);
    }
}
