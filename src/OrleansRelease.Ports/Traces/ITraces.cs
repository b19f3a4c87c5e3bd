using System.Collections.Immutable;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.Traces;

/// <summary>Looks for traces. Never throws for what a source answers.</summary>
public interface ITraces
{
    /// <summary>The adapter's name in <see cref="TracesConnection.Adapter"/>.</summary>
    string Name { get; }

    Task<TracesReading> SearchAsync(TracesSearch search, CancellationToken cancellation);
}

/// <summary>The connection's query over one window, within a time-out; a few traces are enough.</summary>
public sealed record TracesSearch(TracesConnection Connection, Window Window, int Most, TimeSpan Timeout);

/// <summary>What a source says.</summary>
public abstract record TracesReading
{
    private TracesReading()
    {
    }

    /// <summary>As the source says them, none where it has none; nothing of them was checked.</summary>
    public sealed record Found(ImmutableArray<string> Ids) : TracesReading;

    /// <summary>The source did not answer, or with something that is no answer.</summary>
    public sealed record Error(string Reason) : TracesReading;
}
