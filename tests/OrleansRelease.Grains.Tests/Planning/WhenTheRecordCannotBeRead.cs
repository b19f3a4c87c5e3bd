using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Planning;

/// <summary>Somebody looks at a way back, while the store has its troubles.</summary>
public sealed class WhenTheRecordCannotBeRead
{
    private static readonly RolloutSpec Spec =
        new Harness.Rollouts(null!).Spec(SlotKey.From("shop.lab"), VersionName.From("2.0"));

    private readonly FakeTimeProvider _time = new();

    private Expectations With(Func<string, CancellationToken, Task<string?>> specs) =>
        new(new Broken(), new SpecCache(new Scripted(specs)), _time);

    [Fact]
    public async Task What_is_expected_rests_on_the_limits_alone()
    {
        var expected = await With((_, _) => Task.FromResult<string?>(null)).OfAsync([Spec], _ => 7, default);

        Assert.Equal(DurationSource.Limit, expected(Spec.Service, new UndoStep.RetireCandidate(Spec.Version))!.Source);
    }

    [Fact]
    public async Task A_specification_that_cannot_be_read_is_left_out_and_the_others_are_read()
    {
        var read = await With((hash, _) => hash == "torn"
            ? throw new InvalidDataException("torn")
            : Task.FromResult<string?>(Vocabulary.Write(Spec))).ReadAsync(["torn", "good"], default);

        Assert.Equal(Spec.Service, Assert.Single(read).Service);
    }

    [Fact]
    public async Task A_store_that_hangs_is_not_waited_for()
    {
        var reading = With((_, cancellation) => new TaskCompletionSource<string?>().Task.WaitAsync(cancellation))
            .ReadAsync(["a", "b"], default);

        Assert.False(reading.IsCompleted);
        _time.Advance(PastDurations.Longest);
        Assert.Empty(await reading);
    }

    [Fact]
    public async Task Who_has_gone_is_not_answered()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => With(
            (_, cancellation) => new TaskCompletionSource<string?>().Task.WaitAsync(cancellation))
            .ReadAsync(["a"], gone.Token));
    }

    private sealed class Broken : IPastRollouts
    {
        public Task<IReadOnlyList<PastRollout>> ReadAsync(
            IReadOnlyCollection<RolloutId> rollouts, CancellationToken cancellation) =>
            throw new InvalidOperationException("the store is away");
    }

    private sealed class Scripted(Func<string, CancellationToken, Task<string?>> get) : ISpecs
    {
        public Task<string> PutAsync(string text, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<string?> GetAsync(string hash, CancellationToken cancellation) => get(hash, cancellation);
    }
}
