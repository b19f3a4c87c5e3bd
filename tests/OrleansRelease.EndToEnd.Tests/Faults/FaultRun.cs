using System.Globalization;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What <c>eng/faults</c> asks for; without it one round of the quick kinds.</summary>
internal sealed record FaultRun(int? Rounds, string? Only, int? Seed, string? File, string? Results)
{
    private const int FirstSeed = 20_000;

    private const int SeedsOfAKind = 1_000;

    public static FaultRun FromEnvironment() => new(
        Number("OREL_FAULT_ROUNDS"), Environment.GetEnvironmentVariable("OREL_FAULT_ONLY"),
        Number("OREL_FAULT_SEED"), Environment.GetEnvironmentVariable("OREL_FAULT_FILE"),
        Environment.GetEnvironmentVariable("OREL_FAULT_RESULTS") is { Length: > 0 } folder ? folder : null);

    /// <summary>Where what a failed round has left is kept.</summary>
    public static string? Kept => Environment.GetEnvironmentVariable("OREL_FAULT_KEPT");

    /// <summary>What was run, on what, when.</summary>
    public static string Heading => Environment.GetEnvironmentVariable("OREL_FAULT_HEADING") ?? "";

    /// <summary>Only kinds of which no results are kept yet.</summary>
    private static bool IsRest => Environment.GetEnvironmentVariable("OREL_FAULT_REST") == "1";

    public bool IsQuick => Rounds is null;

    public IEnumerable<FaultKind> Kinds => FaultKinds.All
        .Where(kind => string.IsNullOrEmpty(Only)
            ? kind.IsQuick || !IsQuick
            : Only.Split('|').Any(part => kind.Name.Contains(part, StringComparison.Ordinal)))
        .Where(kind => !(IsRest && FileOf(kind) is { } kept && System.IO.File.Exists(kept)));

    /// <summary>Where the results of a kind are kept; null when they are not.</summary>
    public string? FileOf(FaultKind kind) =>
        Results is null ? null : Path.Combine(Results, kind.FileName + ".txt");

    /// <summary>The same for the same kind and round in every run, unless told otherwise.</summary>
    public int SeedOf(FaultKind kind, int round) => round - 1 + (Seed
        ?? FirstSeed + (SeedsOfAKind * FaultKinds.All.TakeWhile(other => other != kind).Count()));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
