using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Serialization.Invocation;
using OrleansRelease.Host.Running;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>How a gateway asks those that decide.</summary>
public sealed class WhenNoAnswerComes
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task What_is_turned_away_twice_by_one_that_stops_is_answered_all_the_same()
    {
        var call = new Call(_time, attempt => attempt <= 2 ? new SiloUnavailableException("it stops") : null);

        await AskAsync(call);

        Assert.Equal(3, call.Attempts);
    }

    [Fact]
    public async Task What_nobody_answers_is_asked_once_more_within_the_time_of_a_request()
    {
        var call = new Call(_time, _ => new TimeoutException(), takes: ClusterSettings.ResponseTimeout);

        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(call));

        Assert.Equal(2, call.Attempts);
    }

    [Fact]
    public async Task What_a_busy_server_notices_late_that_nobody_answers_is_asked_once_more_all_the_same()
    {
        var call = new Call(
            _time, attempt => attempt == 1 ? new TimeoutException() : null, takes: RepeatedCalls.AsksFor * 1.5);

        await AskAsync(call);

        Assert.Equal(2, call.Attempts);
    }

    [Fact]
    public async Task Whoever_is_always_turned_away_is_told_so_in_time()
    {
        var began = _time.GetTimestamp();
        var call = new Call(_time, _ => new SiloUnavailableException("nobody is there"));

        await Assert.ThrowsAsync<SiloUnavailableException>(() => AskAsync(call));

        Assert.InRange(call.Attempts, 10, 30);
        Assert.InRange(_time.GetElapsedTime(began), RepeatedCalls.AsksFor / 2, RepeatedCalls.AsksFor);
    }

    [Fact]
    public async Task What_is_answered_with_an_error_or_because_too_many_wait_is_not_asked_again()
    {
        foreach (var error in new Exception[] { new InvalidOperationException(), new LimitExceededException("full") })
        {
            var call = new Call(_time, _ => error);

            Assert.Same(error, await Record.ExceptionAsync(() => AskAsync(call)));

            Assert.Equal(1, call.Attempts);
        }
    }

    // Off the test's own thread, so that whatever waits for a time goes on before any more of it passes.
    private Task AskAsync(Call call) => Task.Run(async () =>
    {
        var asked = new RepeatedCalls(_time, NullLogger<RepeatedCalls>.Instance).Invoke(call);
        while (!asked.IsCompleted) _time.Advance(TimeSpan.FromMilliseconds(10));
        await asked;
    });

    /// <summary>A call each of whose attempts takes so long and then fails, or does not.</summary>
    private sealed class Call(FakeTimeProvider time, Func<int, Exception?> fails, TimeSpan takes = default)
        : IOutgoingGrainCallContext
    {
        public int Attempts { get; private set; }

        public IGrainContext? SourceContext => null;

        public IInvokable Request => throw new NotSupportedException();

        public object Grain => throw new NotSupportedException();

        public GrainId? SourceId => null;

        public GrainId TargetId => default;

        public GrainInterfaceType InterfaceType => default;

        public string InterfaceName => "somebody";

        public string MethodName => "ask";

        public MethodInfo InterfaceMethod => throw new NotSupportedException();

        public object? Result { get; set; }

        public Response? Response { get; set; }

        public Task Invoke()
        {
            Attempts++;
            time.Advance(takes);
            return fails(Attempts) is { } error ? Task.FromException(error) : Task.CompletedTask;
        }
    }
}
