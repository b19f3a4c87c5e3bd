using OrleansRelease.Adapters.Hooks;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Targets.Webhook;
using OrleansRelease.Adapters.Webhooks;

namespace OrleansRelease.Adapters.Tests.Targets.Webhook;

/// <summary>The target as a server has it, with a key in a file.</summary>
internal sealed class WebhookRig : IDisposable
{
    public const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orel-webhook-");
    private readonly OutgoingHttp _http = new(new MachineClock());

    /// <param name="limits">The clock that limits go by.</param>
    public WebhookRig(TimeProvider? limits = null)
    {
        File.WriteAllText(KeyFile, Key + "\n");
        var pipelines = new Pipelines(limits ?? TimeProvider.System);
        var clock = new MachineClock();
        var client = new WebhookClient(_http, pipelines, clock);
        Target = new WebhookTarget(client, pipelines, clock, Time);
        Hooks = new WebhookHooks(client, pipelines, clock, Time);
    }

    public HurriedTime Time { get; } = new(20);

    public string KeyFile => PathOf("key");

    public WebhookTarget Target { get; }

    public WebhookHooks Hooks { get; }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        _http.Dispose();
        _folder.Delete(recursive: true);
    }
}
