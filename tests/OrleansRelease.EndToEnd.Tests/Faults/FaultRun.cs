using System.Globalization;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What <c>eng/faults</c> asks for; without it one round of the quick kinds.</summary>
internal sealed record FaultRun(int? Rounds, string? Only, int Seed, string? File)
{
    private const int Otherwise = 20_000;

    public static FaultRun FromEnvironment() => new(
        Number("OREL_FAULT_ROUNDS"), Environment.GetEnvironmentVariable("OREL_FAULT_ONLY"),
        Number("OREL_FAULT_SEED") ?? Otherwise, Environment.GetEnvironmentVariable("OREL_FAULT_FILE"));

    /// <summary>Where what a failed round has left is kept.</summary>
    public static string? Kept => Environment.GetEnvironmentVariable("OREL_FAULT_KEPT");

    public bool IsQuick => Rounds is null;

    public IEnumerable<FaultKind> Kinds => FaultKinds.All.Where(kind =>
        string.IsNullOrEmpty(Only) ? kind.IsQuick || !IsQuick : kind.Name.Contains(Only, StringComparison.Ordinal));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
