using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Planning;

public sealed class WhenHistoryIsSlow
{
    private static readonly List<KeyValuePair<SlotKey, int>> Slots =
        [.. "abcdef".Select(name => KeyValuePair.Create(SlotKey.From($"{name}.production"), 7))];

    [Fact]
    public async Task What_is_not_read_in_time_is_left_and_counted()
    {
        var (time, record) = (new FakeTimeProvider(), new Record(slowFrom: "e"));
        var reading = new PastDurations(record, time).ReadAsync(Slots, default);

        Assert.False(reading.IsCompleted);
        time.Advance(PastDurations.Longest);
        Assert.Equal(2, (await reading).Unread);
        Assert.Equal("a.production.7 a.production.6", string.Join(' ', record.Asked.Take(2)));
    }

    [Fact]
    public async Task Who_has_gone_is_not_answered()
    {
        using var gone = new CancellationTokenSource();
        var reading = new PastDurations(new Record(slowFrom: "a"), new FakeTimeProvider()).ReadAsync(Slots, gone.Token);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private sealed class Record(string slowFrom) : IPastRollouts
    {
        public List<RolloutId> Asked { get; } = [];

        public async Task<IReadOnlyList<PastRollout>> ReadAsync(
            IReadOnlyCollection<RolloutId> rollouts, CancellationToken cancellation)
        {
            Asked.AddRange(rollouts);
            if (string.CompareOrdinal($"{rollouts.First().Slot.Service}", slowFrom) >= 0)
                await new TaskCompletionSource().Task.WaitAsync(cancellation);
            return [];
        }
    }
}
