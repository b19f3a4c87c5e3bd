using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Json;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Doctor;

[Collection(GatewayCollection.Name)]
public sealed class WhenSomebodyAsksTheDoctor(RunningGateway gateway)
{
    [Fact]
    public async Task The_system_says_how_it_is()
    {
        var said = Vocabulary.Read<SystemDiagnosis>(await gateway.Client.GetStringAsync("/api/v1/doctor"));

        Assert.Equal((said.Report.KnownSchema, said.Report.NewestFormat), (said.Report.Schema, said.Report.Format));
        Assert.InRange(said.Report.ClockAhead.Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(said.Problems.AsEnumerable(), SystemProblems.Of(said.Report).Problems.AsEnumerable());
    }

    [Fact]
    public async Task Slots_are_looked_at_page_by_page()
    {
        var page = await gateway.Client.GetFromJsonAsync<JsonElement>("/api/v1/doctor/slots?limit=1");
        Assert.InRange(page.GetProperty("items").GetArrayLength(), 0, 1);

        var wrong = await gateway.Client.GetAsync("/api/v1/doctor/slots?limit=0");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task There_is_nothing_to_accept_in_a_slot_that_is_not_there()
    {
        var answer = await gateway.Client.PostAsync("/api/v1/slots/nothing.nowhere/accept", null);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
