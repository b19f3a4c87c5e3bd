using OrleansRelease.Core.Manifests.Yaml;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>What a service, or one of its environments, says of error budgets, as it is written.</summary>
internal sealed record BudgetFields(Field? Slos, Field? Budget)
{
    private bool HasSlos => Slos is { Node: not YamlNode.Sequence { Items: [] } };

    public static BudgetFields Take(Fields fields) => new(fields.Take("slos"), fields.Take("degradationBudget"));

    /// <summary>
    /// A share of a budget is a share of nothing where there is no objective: of a service's own, when no environment
    /// has one either.
    /// </summary>
    public void Check(IReadOnlyCollection<BudgetFields> environments)
    {
        if (!HasSlos && environments.All(there => !there.HasSlos)) Report(Budget);
        foreach (var there in environments.Where(there => there.Slos is null ? !HasSlos : !there.HasSlos))
            Report(there.Budget);
    }

    private static void Report(Field? budget) => budget?.ReportKey(
        ProblemCode.Conflict, "degradationBudget needs an SLO whose error budget it is of",
        $"slos: [{SloReader.Shape}] as well");
}
