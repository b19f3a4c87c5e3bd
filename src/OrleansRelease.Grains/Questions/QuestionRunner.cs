using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Rollouts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Questions;

/// <summary>
/// Asks what rollouts want to know, all that is due of one rollout together, and brings the answers back as one input.
/// Nothing is written before it: a question that gets lost is simply due again.
/// </summary>
internal sealed partial class QuestionRunner : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly Reader _reader;
    private readonly IGrainFactory _grains;
    private readonly ILogger<QuestionRunner> _logger;
    private readonly Channel<Asked> _queue;
    private readonly SemaphoreSlim _places;
    private readonly ConcurrentDictionary<RolloutId, byte> _asking = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public QuestionRunner(RunnerOptions options, Reader reader, IGrainFactory grains, ILogger<QuestionRunner> logger)
    {
        (_reader, _grains, _logger) = (reader, grains, logger);
        _queue = Channel.CreateBounded<Asked>(new BoundedChannelOptions(options.MaxQueued) { SingleReader = true });
        _places = new(options.MaxInFlight);
    }

    /// <summary>Never waits. While an earlier round of the same rollout is under way this one is left out.</summary>
    public void Ask(Asked asked)
    {
        if (!_asking.TryAdd(asked.Rollout, 0)) return;
        if (!_queue.Writer.TryWrite(asked)) _asking.TryRemove(asked.Rollout, out _);
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
        await foreach (var asked in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (_stopping.IsCancellationRequested) return;
            await _places.WaitAsync(CancellationToken.None);
            _ = AnswerAsync(asked);
        }
    }

    private async Task AnswerAsync(Asked asked)
    {
        try
        {
            var measuring = asked.Questions.Metrics
                .Select(question => _reader.MeasureAsync(asked, question, _stopping.Token)).ToList();
            var looking = asked.Questions.Health
                ? _reader.LookAsync(asked, _stopping.Token)
                : Task.FromResult<HealthFact?>(null);
            ImmutableArray<Core.Analysis.Measurement> measurements = [.. await Task.WhenAll(measuring)];
            var health = await looking;
            if (measurements.IsEmpty && health is null) return;
            await _grains.GetGrain<IRolloutGrain>($"{asked.Rollout}")
                .AnswerAsync(measurements, health, _stopping.Token);
        }
        catch (Exception e)
        {
            LogUnanswered(asked.Rollout, e);
        }
        finally
        {
            _asking.TryRemove(asked.Rollout, out _);
            _places.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rollout}: what it asked could not be answered")]
    private partial void LogUnanswered(RolloutId rollout, Exception exception);
}
