using System.Globalization;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What <c>eng/faults</c> asks for; without it one round of the quick kinds.</summary>
internal sealed record FaultRun(int? Rounds, string? Only, int? Seed, string? File)
{
    private const int FirstSeed = 20_000;

    private const int SeedsOfAKind = 1_000;

    public static FaultRun FromEnvironment() => new(
        Number("OREL_FAULT_ROUNDS"), Environment.GetEnvironmentVariable("OREL_FAULT_ONLY"),
        Number("OREL_FAULT_SEED"), Environment.GetEnvironmentVariable("OREL_FAULT_FILE"));

    /// <summary>Where what a failed round has left is kept.</summary>
    public static string? Kept => Environment.GetEnvironmentVariable("OREL_FAULT_KEPT");

    public bool IsQuick => Rounds is null;

    public IEnumerable<FaultKind> Kinds => FaultKinds.All.Where(kind =>
        string.IsNullOrEmpty(Only)
            ? kind.IsQuick || !IsQuick
            : Only.Split('|').Any(part => kind.Name.Contains(part, StringComparison.Ordinal)));

    /// <summary>The same for the same kind and round in every run, unless told otherwise.</summary>
    public int SeedOf(FaultKind kind, int round) => round - 1 + (Seed
        ?? FirstSeed + (SeedsOfAKind * FaultKinds.All.TakeWhile(other => other != kind).Count()));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
