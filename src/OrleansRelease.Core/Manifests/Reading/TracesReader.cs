using System.Text.RegularExpressions;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Where an environment's traces are looked for.</summary>
internal static partial class TracesReader
{
    private const string Shape = "tempo: {url: URL} or memory: {}";

    private const string QueryShape = "{resource.service.version=\"{{version}}\" && status=error}";

    private const string TenantShape = "up to 150 letters, digits and ! - _ . * ' ( ) |";

    private const int MaxLength = 2048;

    public static TracesChoice? Read(Field? field)
    {
        if (ConnectionReader.Adapter(field, ["tempo", "memory"], [], Shape) is not var (name, fields)) return null;
        TracesChoice traces = name == "memory" ? new TracesChoice.Memory() : Tempo(fields);
        fields.End();
        return traces;
    }

    private static TracesChoice.Tempo Tempo(Fields fields)
    {
        var access = AccessReader.Read(fields, "url: the address of Tempo, without /api/search");
        return new TracesChoice.Tempo(
            access.Url, access.Bearer, access.Basic, access.Ca, access.Certificate, Tenant(fields.Take("tenant")),
            Query(fields.Take("query")));
    }

    // What Tempo takes, and a header carries as it is; | stands between several.
    private static string? Tenant(Field? field)
    {
        if (field?.Scalar(TenantShape) is not { } text) return null;
        if (TenantName().IsMatch(text)) return text;
        field.Report(ProblemCode.BadText, "this is no tenant", TenantShape);
        return null;
    }

    // What is wrong with it is so for every version: it is said here, and never when something fails.
    private static string? Query(Field? field)
    {
        if (field?.Scalar(QueryShape) is not { } text) return null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength)
        {
            field.Report(ProblemCode.BadText, $"a query has 1 to {MaxLength} characters", QueryShape);
            return null;
        }

        if (!Placeholders.Check(field, text, Queries.SlotWords)) return null;
        if (TraceQuery.Fill(text, _ => "1").Problem is not { } problem) return text;
        field.Report(ProblemCode.BadText, problem,
            "placeholders in texts between double quotes, such as resource.service.version=\"{{version}}\"");
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!\-_.*'()|]{1,150}\z")]
    private static partial Regex TenantName();
}
