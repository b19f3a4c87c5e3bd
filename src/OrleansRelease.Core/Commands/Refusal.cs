namespace OrleansRelease.Core.Commands;

/// <summary>
/// An expected "no", as a value: a stable code, the reason in a sentence, and what would be accepted.
/// </summary>
public sealed record Refusal(string Code, string Reason, string? Accepted = null);
