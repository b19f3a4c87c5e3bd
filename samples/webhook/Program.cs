using PilotEndpoint;

// dotnet run --project samples/webhook -- --key-file KEY --data pilot.json --instances 2 --urls http://127.0.0.1:5020
var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
if (settings["key-file"] is not { } keyFile)
{
    await Console.Error.WriteLineAsync("usage: --key-file FILE [--data FILE] [--instances N] [--urls URL]");
    return 2;
}

var key = Signature.KeyOf((await File.ReadAllTextAsync(keyFile)).Trim());
await using var instances = new Instances(settings.GetValue("instances", 1));
var endpoint = new Pilot(key, new SlotFile(settings["data"] ?? "pilot.json"), instances, TimeProvider.System);
await endpoint.StartAsync();
await using var app = endpoint.Serve(settings["urls"] ?? "http://127.0.0.1:5020");
await app.RunAsync();
return 0;
