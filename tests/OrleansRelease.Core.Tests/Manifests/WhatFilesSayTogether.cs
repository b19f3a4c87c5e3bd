using OrleansRelease.Core.Manifests;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhatFilesSayTogether
{
    private const string Web = "Service web {owner: shop, dependsOn: [{service: cart, atLeast: 1.0.0}]}";

    [Fact]
    public void A_name_has_one_content() => Assert.Equal(
        [
            "b.yaml:1:1: metadata.name: Release shop stands in a.yaml with other content; got shop; write each "
                + "manifest once",
        ],
        Check("Release shop {services: {cart: 1.0.0}}", "Release shop {services: {cart: 1.0.1}}"));

    [Fact]
    public void The_same_once_more_is_nothing_else() => Assert.Empty(Check(Web, Web, "Environment web {owner: shop}"));

    [Fact]
    public void Services_that_would_wait_for_each_other_are_found_over_files() => Assert.Equal(
        [
            "a.yaml:1:1: spec.dependsOn: services would wait for each other's versions: cart → web → cart; write "
                + "one of these without atLeast in its dependsOn",
        ],
        Check("Service cart {owner: shop, dependsOn: [{service: web, atLeast: 1.0.0}]}", Web));

    [Fact]
    public void What_only_orders_a_release_waits_for_nobody() =>
        Assert.Empty(Check("Service cart {owner: shop, dependsOn: [web]}", Web));

    // Each file has one manifest: its kind, its name, its spec.
    private static IEnumerable<string> Check(params string[] files) => ManifestSet.Check(files.Select((file, i) =>
    {
        var parts = file.Split(' ', 3);
        var name = $"{(char)('a' + i)}.yaml";
        var reading = ManifestReader.Read(
            $"apiVersion: orleansrelease/v1\nkind: {parts[0]}\nmetadata: {{name: {parts[1]}}}\nspec: {parts[2]}\n",
            name);
        Assert.Empty(reading.Problems.Select(problem => $"{problem}"));
        return (name, reading);
    })).Select(problem => $"{problem}");
}
