using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Metrics.Prometheus;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenAPatientOneGivesUp
{
    private readonly FakeTimeProvider _time = new(Rig.Start);
    private readonly Shared<string, string> _answers;
    private readonly TaskCompletionSource<Found<string>> _first = new();
    private int _asked;

    public WhenAPatientOneGivesUp() => _answers = new(10, _time);

    [Fact]
    public async Task Who_cannot_wait_and_has_joined_it_too_late_asks_by_itself()
    {
        Task<string>[] all = [AskAsync(isPatient: true), AskAsync(isPatient: false), AskAsync(isPatient: false)];
        Assert.Equal(1, _asked);

        _first.SetResult(new("no place", TimeSpan.Zero, IsOnlyForPatient: true));

        Assert.Equal(["no place", "answer", "answer"], await Task.WhenAll(all));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Others_that_are_patient_are_told_so_as_well()
    {
        Task<string>[] all = [AskAsync(isPatient: true), AskAsync(isPatient: true)];

        _first.SetResult(new("no place", TimeSpan.Zero, IsOnlyForPatient: true));

        Assert.Equal(["no place", "no place"], await Task.WhenAll(all));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Whoever_waited_as_one_that_cannot_wait_is_told_that_there_was_no_place()
    {
        Task<string>[] all = [AskAsync(isPatient: true), AskAsync(isPatient: false)];

        _first.SetResult(new("no place", TimeSpan.Zero));

        Assert.Equal(["no place", "no place"], await Task.WhenAll(all));
        Assert.Equal(1, _asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_place_says_whether_it_was_wanted_soon_before_the_time_was_over(bool isHurried)
    {
        var (gate, end) = (new Gate(1, _time), new TaskCompletionSource<int>());
        using var soon = new CancellationTokenSource();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        var first = gate.RunAsync(new(now.Token, default), _ => end.Task);
        var second = gate.RunAsync(new(soon.Token, default), _ => Task.FromResult(2));

        if (isHurried) await soon.CancelAsync();
        _time.Advance(Gate.LongestWait);
        await soon.CancelAsync();

        Assert.Equal(!isHurried, (await second).None!.WasPatient);
        end.SetResult(1);
        Assert.Equal((1, null), await first);
    }

    // The first question ends when it is told to, and all others are answered.
    private Task<string> AskAsync(bool isPatient) => _answers.GetAsync(
        "a", isPatient,
        _ => ++_asked == 1 ? _first.Task : Task.FromResult(new Found<string>("answer", TimeSpan.FromSeconds(15))),
        default);
}
