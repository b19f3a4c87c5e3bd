namespace OrleansRelease.Core.Effects;

/// <summary>An input that carries the outcome of an attempt.</summary>
public interface IReportsOutcome
{
    OutcomeReport Report { get; }
}
