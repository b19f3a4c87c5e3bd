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

    public static implicit operator Answer<T>(Refusal refusal) => new Refused(refusal);

    public static implicit operator Answer<T>(T value) => new Accepted(value);
}
