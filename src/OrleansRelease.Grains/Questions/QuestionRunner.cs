using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Grains.Restoring;

namespace OrleansRelease.Grains.Questions;

/// <summary>
/// Asks what rollouts want to know and brings each answer back when it is there, those that come together as one input:
/// no question waits for a slower one. Nothing is written before it: one that gets lost is simply due again.
/// </summary>
internal sealed partial class QuestionRunner : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Beside the keys of metrics, of which none is empty.</summary>
    private const string Gates = "";

    /// <summary>For itself: a gate looks at the new version as well, which may hang.</summary>
    private const string Instances = " ";

    /// <summary>By so many burns another one is the first at the next look: a prime, so that all are in time.</summary>
    private const long Stride = 13;

    private readonly Reader _reader;
    private readonly FreezeLook _freezes;
    private readonly HandGate _gate;
    private readonly GroundGate _ground;
    private readonly IGrainFactory _grains;
    private readonly ILogger<QuestionRunner> _logger;
    private readonly Channel<(Asked Asked, ActivityContext Origin)> _queue;
    private readonly SemaphoreSlim _places;
    private readonly ConcurrentDictionary<(RolloutId Rollout, string Question), byte> _asking = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public QuestionRunner(
        RunnerOptions options, Reader reader, FreezeLook freezes, HandGate gate, GroundGate ground,
        IGrainFactory grains, ILogger<QuestionRunner> logger)
    {
        (_reader, _freezes, _gate, _ground, _grains, _logger) = (reader, freezes, gate, ground, grains, logger);
        _queue = Channel.CreateBounded<(Asked, ActivityContext)>(
            new BoundedChannelOptions(options.MaxQueued) { SingleReader = true });
        _places = new(options.MaxInFlight);
    }

    /// <summary>Never waits. A question that is being asked already is left out.</summary>
    public void Ask(Asked asked)
    {
        var due = asked.Questions;
        var questions = new Core.Rollouts.Questions(
            [.. due.Metrics.Where(question => _asking.TryAdd((asked.Rollout, question.Key), 0))],
            due.Gates && _asking.TryAdd((asked.Rollout, Gates), 0),
            due.Instances && !due.Gates && _asking.TryAdd((asked.Rollout, Instances), 0));
        if (questions.IsEmpty || _queue.Writer.TryWrite((asked with { Questions = questions }, MeasuredAttempt.Origin)))
            return;
        foreach (var question in questions.Metrics) _asking.TryRemove((asked.Rollout, question.Key), out _);
        if (questions.Gates) _asking.TryRemove((asked.Rollout, Gates), out _);
        if (questions.Instances) _asking.TryRemove((asked.Rollout, Instances), out _);
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(QuestionRunner), ServiceLifecycleStage.Active,
        _ =>
        {
            _loop = RunAsync();
            return Task.CompletedTask;
        },
        async _ =>
        {
            _queue.Writer.TryComplete();
            await _stopping.CancelAsync();
            await _loop;
        });

    public void Dispose()
    {
        _stopping.Dispose();
        _places.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var (asked, origin) in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (_stopping.IsCancellationRequested) return;
            await _places.WaitAsync(CancellationToken.None);
            _ = AnswerAsync(asked, origin);
        }
    }

    private async Task AnswerAsync(Asked asked, ActivityContext origin)
    {
        using var span = MeasuredAttempt.Asking(asked.Rollout, origin);
        try
        {
            var burns = asked.Questions.Metrics.Where(question => question.Metric.Burn is not null).ToList();
            var reading = asked.Questions.Metrics.Where(question => question.Metric.Burn is null)
                .Select(question => MeasureAsync(asked, question)).ToList();
            if (asked.Questions.Gates) reading.Add(LookAsync(asked));
            else if (asked.Questions.Instances) reading.Add(LookAtInstancesAsync(asked));
            // After the others, and for itself: a burn may wait for its turn, and keeps nobody's place meanwhile.
            _ = TellAsTheyComeAsync(
                asked.Rollout, [.. InTurn(burns).Select(question => MeasureAsync(asked, question))]);
            await TellAsTheyComeAsync(asked.Rollout, reading);
        }
        finally
        {
            _places.Release();
        }
    }

    // The last ones are not answered where a source is slow: at each look they are other ones.
    internal static IEnumerable<MetricQuestion> InTurn(IReadOnlyCollection<MetricQuestion> burns)
    {
        var first = burns.Count == 0 ? 0 : (int)(burns.First().Window.Number * Stride % burns.Count);
        return burns.Skip(first).Concat(burns.Take(first));
    }

    private async Task TellAsTheyComeAsync(RolloutId rollout, List<Task<Read>> reading)
    {
        while (reading.Count > 0)
        {
            await Task.WhenAny(reading);
            var read = reading.FindAll(task => task.IsCompleted);
            reading.RemoveAll(read.Contains);
            await TellAsync(rollout, [.. await Task.WhenAll(read)]);
        }
    }

    private async Task TellAsync(RolloutId rollout, ImmutableArray<Read> read)
    {
        // Before it is told: the step that takes the answer in may have the next question at once.
        foreach (var one in read) _asking.TryRemove((rollout, one.Question), out _);
        var gates = read.FirstOrDefault(one => one.Freeze is not null || one.Health is not null);
        var answered = new RolloutInput.Answered(
            [.. read.Select(one => one.Measurement).OfType<Measurement>()], gates?.Health, gates?.Freeze,
            gates?.Required);
        if (answered.Measurements.IsEmpty && gates is null) return;
        try
        {
            await _grains.GetGrain<IRolloutGrain>($"{rollout}").AnswerAsync(answered, _stopping.Token);
        }
        catch (Exception e)
        {
            LogUnanswered(rollout, e);
        }
    }

    private async Task<Read> MeasureAsync(Asked asked, MetricQuestion question) =>
        new(question.Key, await _reader.MeasureAsync(asked, question, _stopping.Token));

    // While it is frozen nobody wants to know what runs there. Else one without the other opens no gate, and is not
    // worth a write.
    private async Task<Read> LookAsync(Asked asked)
    {
        var freeze = await _freezes.TryOfAsync(asked.Spec.Environment, _stopping.Token);
        if (freeze is null || freeze.Freeze is not null) return new(Gates, null, null, freeze);
        if (!await _gate.IsSeenAsync(asked.Spec.Slot, _stopping.Token)) return new(Gates, null);
        if (!await StandsAsync(asked.Rollout)) return new(Gates, null);
        var required = _reader.LookAtRequiredAsync(asked, _stopping.Token);
        var health = await _reader.LookAsync(asked, _stopping.Token);
        var stable = await required;
        return health is null ? new(Gates, null) : new(Gates, null, health, freeze, stable);
    }

    // What cannot be read is not known to be there.
    private async Task<bool> StandsAsync(RolloutId rollout)
    {
        try
        {
            return await _ground.MissingAsync(rollout, _stopping.Token) is null;
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<Read> LookAtInstancesAsync(Asked asked) =>
        new(Instances, null, await _reader.LookAtBaselineAsync(asked, _stopping.Token));

    private sealed record Read(
        string Question, Measurement? Measurement, HealthFact? Health = null, FreezeFact? Freeze = null,
        RequiredFact? Required = null);
}
