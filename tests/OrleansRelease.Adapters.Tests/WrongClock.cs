namespace OrleansRelease.Adapters.Tests;

/// <summary>A machine's clock that is off by so much; what passes on it passes rightly.</summary>
internal sealed class WrongClock(TimeSpan off) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
}
