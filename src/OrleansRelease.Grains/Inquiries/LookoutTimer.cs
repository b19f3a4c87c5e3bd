using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>
/// Sees to it that every environment is looked at once a minute: every server asks for that, and one of the cluster
/// does it.
/// </summary>
internal sealed partial class LookoutTimer(
    IRows rows, IStoreFormat format, InquiryOptions options, IGrainFactory grains, TimeProvider time,
    ILogger<LookoutTimer> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Page = 100;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(LookoutTimer), ServiceLifecycleStage.Active,
        _ =>
        {
            _loop = RunAsync(_stopping.Token);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _loop;
        });

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Interval, time, stopping);
                await TryAsync(stopping);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Another server looks.
        }
    }

    private async Task TryAsync(CancellationToken stopping)
    {
        // Servers of the build before have no such grain.
        if (format.Write < RowFormat.Holding) return;
        try
        {
            await foreach (var environment in EnvironmentsAsync(stopping)) await TryAsync(environment, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task TryAsync(EnvironmentName environment, CancellationToken stopping)
    {
        try
        {
            await grains.GetGrain<ILookoutGrain>($"{environment}").LookAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    // Keys are KIND/NAME in the order of their bytes, so a kind is a range of them.
    private IAsyncEnumerable<EnvironmentName> EnvironmentsAsync(CancellationToken cancellation) =>
        rows.AllAsync(new(Kinds.Manifest, After: $"{ManifestKind.Environment}/", Limit: Page), cancellation)
            .Select(row => ManifestKey.Parse(row.Key))
            .TakeWhile(key => key is { Kind: nameof(ManifestKind.Environment) })
            .Select(key => EnvironmentName.From(key!.Value.Name));
}
