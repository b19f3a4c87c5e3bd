using System.Collections.Concurrent;
using System.Diagnostics;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansRelease.Contracts.Streams;

namespace OrleansRelease.Storage.Tests.Streams;

/// <summary>What listeners have heard, and how they are to behave.</summary>
internal sealed class Journal
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(string Listener, Bell Bell, long At)> Heard { get; } = [];

    /// <summary>How often a listener was called, whatever came of it.</summary>
    public ConcurrentDictionary<string, int> Calls { get; } = [];

    public Task Released => _released.Task;

    public void Release() => _released.TrySetResult();

    public IReadOnlyList<(string Listener, Bell Bell, long At)> Of(string listener) =>
        [.. Heard.Where(one => one.Listener == listener)];
}

public interface IListeningGrain : IGrainWithStringKey;

/// <summary>
/// Hears bells. By its key it hangs while it does, throws, or hangs before it can be asked anything at all.
/// </summary>
[GrainType(Kind), ImplicitStreamSubscription(Kind)]
internal sealed class ListeningGrain(Journal journal)
    : Grain, IListeningGrain, IAsyncObserver<Bell>, IStreamSubscriptionObserver
{
    public const string Kind = "listening";

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Key.StartsWith("absent", StringComparison.Ordinal)) await journal.Released;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Bell>().ResumeAsync(this);

    public async Task OnNextAsync(Bell item, StreamSequenceToken? token = null)
    {
        journal.Calls.AddOrUpdate(Key, 1, (_, before) => before + 1);
        if (Key.StartsWith("hanging", StringComparison.Ordinal)) await journal.Released;
        if (Key.StartsWith("throwing", StringComparison.Ordinal) && !journal.Released.IsCompleted)
            throw new InvalidOperationException("as it does");
        journal.Heard.Enqueue((Key, item, Stopwatch.GetTimestamp()));
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
