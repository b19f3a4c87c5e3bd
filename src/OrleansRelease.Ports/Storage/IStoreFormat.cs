namespace OrleansRelease.Ports.Storage;

/// <summary>In which format rows are written: that of the store, which rises for all of its servers together.</summary>
public interface IStoreFormat
{
    /// <summary>The newest that this build knows; a row of a newer one is not touched.</summary>
    int Newest { get; }

    /// <summary>The one to write, as the store has said last; a row that is newer stays so.</summary>
    int Write { get; }

    /// <summary>Asks the store anew; it is asked now and then anyway.</summary>
    Task AskAsync(CancellationToken cancellation);
}
