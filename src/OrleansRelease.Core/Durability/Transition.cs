using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Durability;

/// <summary>
/// One decision on record: what came in, what happened, what is to be done. Written in the same transaction as the row
/// that it leads to. <see cref="Previous"/> is the hash over the stored bytes of the transition before it.
/// </summary>
public sealed record Transition<TInput, TEvent>(
    long Sequence,
    string Previous,
    DateTimeOffset At,
    int DeciderVersion,
    int Epoch,
    string? SpecHash,
    Command? Command,
    TInput Input,
    ImmutableArray<TEvent> Events,
    ImmutableArray<Effect> Effects,
    ImmutableArray<Dispatch> Attempts,
    DateTimeOffset? NextWake);

/// <summary>The hash that chains transitions: SHA-256 over the UTF-8 bytes as stored, in lower-case hex.</summary>
public static class TransitionHash
{
    public static string Of(string stored) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stored)));
}
