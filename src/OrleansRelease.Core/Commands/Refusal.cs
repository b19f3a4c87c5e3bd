namespace OrleansRelease.Core.Commands;

/// <summary>
/// An expected "no", as a value: a stable code, the reason in a sentence, and what would be accepted.
/// </summary>
public sealed record Refusal(string Code, string Reason, string? Accepted = null)
{
    /// <summary>Several as one answer to a command, under the first one's code; there is at least one.</summary>
    public static Refusal AllOf(IReadOnlyList<Refusal> refusals) => refusals is [var only]
        ? only
        : new(
            refusals[0].Code, string.Join("; ", refusals.Select(refusal => refusal.Reason)),
            string.Join("\n", refusals.Select(refusal => refusal.Accepted)));
}
