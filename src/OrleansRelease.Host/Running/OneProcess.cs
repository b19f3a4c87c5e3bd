using System.Net;
using Orleans.Configuration;

namespace OrleansRelease.Host.Running;

/// <summary>On the embedded store a process is alone: no fixed port, and nobody else to find.</summary>
internal static class OneProcess
{
    public static void Configure(ISiloBuilder silo, RunOptions options)
    {
        silo.Services.AddSingleton(options.Wakes);
        var port = FreePort.Find(IPAddress.Loopback);
        silo.UseLocalhostClustering(
            siloPort: port, gatewayPort: 0, primarySiloEndpoint: new IPEndPoint(IPAddress.Loopback, port),
            serviceId: ClusterSettings.ServiceId, clusterId: "one-process");
        silo.Configure<EndpointOptions>(endpoint =>
            endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port));
    }
}
