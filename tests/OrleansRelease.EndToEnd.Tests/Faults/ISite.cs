using OrleansRelease.EndToEnd.Tests.Checking;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What is tested, as a round sees it: a cluster on PostgreSQL, or one server on the embedded store.</summary>
internal interface ISite : IAsyncDisposable
{
    DemoFolder Folder { get; }

    Callers Callers { get; }

    /// <summary>How a verb of the server program is told which store it is.</summary>
    IReadOnlyList<string> Store { get; }

    /// <summary>Starts what has ended, and waits until everybody is ready.</summary>
    Task AllRunAsync();

    /// <summary>All that is on record of some rollouts and slots.</summary>
    Task<IReadOnlyList<LoggedStep>> LogAsync(IReadOnlyList<string> keys);

    /// <summary>The rows of all rollouts and slots, and the specifications by their hashes.</summary>
    Task<(IReadOnlyList<StoredRow> Rows, IReadOnlyDictionary<string, string> Specs)> RowsAsync();
}
