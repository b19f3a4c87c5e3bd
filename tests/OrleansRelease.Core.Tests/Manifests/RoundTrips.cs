using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class RoundTrips
{
    private static IEnumerable<Manifest> Manifests =>
        Samples.Files.Concat(Samples.GoodFiles).Select(File.ReadAllText)
            .SelectMany(text => ManifestReader.Read(text, "good.yaml").Manifests);

    [Fact]
    public void A_manifest_is_the_same_after_it_was_stored()
    {
        foreach (var manifest in Manifests)
        {
            var json = Vocabulary.Write(manifest);
            var stored = Vocabulary.Read<Manifest>(json);
            Assert.Equal(manifest.GetType(), stored.GetType());
            Assert.Equal(json, Vocabulary.Write(stored));
        }
    }

    [Fact]
    public void The_long_form_reads_as_the_same_manifest()
    {
        foreach (var manifest in Manifests)
        {
            var reading = ManifestReader.Read(ManifestText.Write(manifest), "long.yaml");
            Assert.Equal([], reading.Problems.Select(problem => problem.ToString()));
            Assert.Equal(Vocabulary.Write(manifest), Vocabulary.Write(Assert.Single(reading.Manifests)));
        }
    }

    [Fact]
    public void What_is_stored_is_what_is_said_not_how()
    {
        const string head = "apiVersion: orleansrelease/v1\nkind: Service\nmetadata: {name: a}\n";
        var first = Samples.Only<ServiceManifest>(head + "spec: {owner: payments, readiness: /healthz}\n");
        var same = Samples.Only<ServiceManifest>(
            head + "# as an object\nspec:\n  readiness: {path: \"/healthz\"}\n  owner: payments\n");
        var other = Samples.Only<ServiceManifest>(head + "spec: {owner: payments, readiness: /health}\n");

        Assert.Equal(Vocabulary.Write(first), Vocabulary.Write(same));
        Assert.NotEqual(Vocabulary.Write(first), Vocabulary.Write(other));
    }
}
