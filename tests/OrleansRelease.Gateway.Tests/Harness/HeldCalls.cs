using System.Collections.Concurrent;

namespace OrleansRelease.Gateway.Tests.Harness;

/// <summary>Holds the calls of what a test names by its key.</summary>
internal sealed class HeldCalls : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, Hold> _held = new(StringComparer.Ordinal);

    public void Begin(string key) => _held[key] = new Hold();

    public int CountOf(string key) => _held[key].Count;

    public void End(string key)
    {
        if (_held.TryRemove(key, out var hold)) hold.Release();
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (_held.TryGetValue($"{context.TargetId.Key}", out var hold)) await hold.WaitAsync();
        await context.Invoke();
    }

    private sealed class Hold
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task WaitAsync()
        {
            Interlocked.Increment(ref _count);
            return _released.Task;
        }

        public void Release() => _released.SetResult();
    }
}
