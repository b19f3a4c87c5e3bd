using OrleansRelease.Core.Effects;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>The router says that nothing goes to the new version any more, and sends it requests.</summary>
public sealed class WhenAWayBackIsVerified : IAsyncLifetime
{
    private static readonly Fence First = new(1, 1, 2);

    // A quarter of a second is all that some of these looks have, and tests of other classes run beside this one.
    private AnsweredTime _time = null!;

    private Scripted _slot = null!;

    public async Task InitializeAsync()
    {
        _time = await AnsweredTime.StartAsync();
        _slot = await Scripted.StartAsync(_time.Provider);
        _slot.Hold(new Fence(1, 1, 1), 5000);
        _slot.Old[0].Counts = look => 100 * look;
    }

    public async Task DisposeAsync()
    {
        await _slot.DisposeAsync();
        await _time.DisposeAsync();
    }

    [Fact]
    public async Task An_instance_that_starts_again_hides_none_of_its_requests()
    {
        _slot.New.Counts = look => look == 0 ? 1_000 : look;

        await IsNotBelievedAsync("went to the candidate", seconds: 2);
    }

    [Fact]
    public async Task Requests_to_what_is_left_count_although_those_to_the_other_are_not_known()
    {
        _slot.Old[0].IsSilent = true;
        _slot.New.Counts = look => look;

        await IsNotBelievedAsync("reached 2.0", seconds: 2);
    }

    [Fact]
    public async Task A_router_that_starts_again_hides_none_of_its_requests()
    {
        _slot.New.IsSilent = true;
        _slot.Started = () => _slot.Old[0].Looks == 0 ? 1_000 : 3;

        await IsNotBelievedAsync("the router sent 3", seconds: 2);
    }

    [Fact]
    public async Task A_router_that_hangs_once_is_looked_at_twice_when_the_new_version_does_not_count()
    {
        var (asked, answered) = (0, 0);
        _slot.New.IsSilent = true;
        _slot.Hangs = () => _slot.Holds is { Fence.Ordinal: 2 } && asked++ == 0;
        _slot.Started = () => 10 * answered++;

        await IsNotBelievedAsync("the router sent", seconds: 2);
    }

    /// <summary>
    /// The old version had hundreds since the attempt before: that says nothing, when the new one does not count.
    /// </summary>
    [Fact]
    public async Task The_router_is_looked_at_for_as_long_as_requests_count_when_the_new_version_does_not()
    {
        var answered = 0;
        _slot.New.IsSilent = true;
        _slot.Started = () => answered++;
        await IsNotBelievedAsync("the router sent", seconds: 2);
        var looks = _slot.Old[0].Looks;
        _slot.Started = () => _slot.Old[0].Looks < looks + 3 ? 0 : 1;

        await IsNotBelievedAsync("the router sent", seconds: 2);
    }

    [Fact]
    public async Task A_router_that_answers_only_at_the_end_is_given_time_to_be_seen_sending()
    {
        var asked = 0;
        long? answered = null;
        (_slot.Old[0].IsSilent, _slot.New.IsSilent) = (true, true);
        // The second look begins less than a tenth of a second before the end.
        _slot.Hangs = () => _slot.Holds is { Fence.Ordinal: 2 } && asked++ == 0;
        _slot.Started = () => asked >= 2
            && _time.Provider.GetElapsedTime(answered ??= _time.Provider.GetTimestamp())
                > TimeSpan.FromMilliseconds(150) ? 1 : 0;

        Assert.IsType<Outcome.Unknown>(await _slot.TakeBackAsync(First, seconds: 1.42));
    }

    /// <summary>Believed after two seconds without requests, from the last one on that should not be.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_not_quiet_yet_when_requests_came_a_moment_ago(bool alone)
    {
        _slot.Old[0].Counts = _ => 0;
        _slot.New.Counts = look => look / 4;

        var reason = await ReasonAsync(seconds: 5, alone);

        // Where nobody knows what the old version had in the end, only those that went astray tell.
        Assert.True(
            reason.Contains("reached 2.0", StringComparison.Ordinal)
            || (!alone && reason.Contains("went to the candidate", StringComparison.Ordinal)), reason);
    }

    private async Task IsNotBelievedAsync(string because, double seconds) =>
        Assert.Contains(because, await ReasonAsync(seconds), StringComparison.Ordinal);

    private async Task<string> ReasonAsync(double seconds, bool alone = false) =>
        Assert.IsType<Outcome.Unknown>(await _slot.TakeBackAsync(First, seconds, alone)).Reason;
}
