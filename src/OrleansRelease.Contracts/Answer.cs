using System.Diagnostics;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Commands;

namespace OrleansRelease.Contracts;

/// <summary>What was asked for, or an expected "no" with its reason.</summary>
public abstract record Answer<T>
{
    private Answer()
    {
    }

    public sealed record Accepted(T Value) : Answer<T>;

    public sealed record Refused(Refusal Refusal) : Answer<T>;

    [JsonIgnore]
    public Refusal? RefusalOrNull => (this as Refused)?.Refusal;

    public Answer<TOther> Map<TOther>(Func<T, TOther> view) => this switch
    {
        Accepted accepted => new Answer<TOther>.Accepted(view(accepted.Value)),
        Refused refused => new Answer<TOther>.Refused(refused.Refusal),
        _ => throw new UnreachableException(),
    };

    public static implicit operator Answer<T>(Refusal refusal) => new Refused(refusal);

    public static implicit operator Answer<T>(T value) => new Accepted(value);
}
