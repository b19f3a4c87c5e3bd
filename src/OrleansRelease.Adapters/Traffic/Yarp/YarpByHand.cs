using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Scripts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.ByHand;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>The router's admin endpoint, spoken to with curl.</summary>
internal sealed class YarpByHand : ITrafficByHand
{
    public string Name => "yarp";

    public string Look => "yarp_look";

    public string Close => "yarp_close";

    public string Functions => YarpFunctions.Text;

    public (string? Command, string Reason) At(RolloutSpec spec)
    {
        if (spec.Traffic.Url is not { } url) return (null, "the router's connection has no url");
        var (kind, name) = SecretByHand.Of(spec.Traffic.Token);
        return (Shell.Command("yarp_at", url.AbsoluteUri.TrimEnd('/'), kind, name), "");
    }

    public string SendBack(RolloutSpec spec) =>
        Shell.Command("yarp_send_back", Vocabulary.Write(VersionEndpoint.PathOf(spec.Target))[1..^1]);
}
