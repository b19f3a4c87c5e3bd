namespace OrleansRelease.Core.Effects;

/// <summary>An input that carries the outcome of an attempt.</summary>
public interface IReportsOutcome
{
    OutcomeReport Report { get; }
}

/// <summary>An input that carries the outcomes of several.</summary>
public interface IReportsOutcomes
{
    IEnumerable<OutcomeReport> Reports { get; }
}
